// SPDX-License-Identifier: GPL-3.0-or-later
// A program that speaks JSON lines: one command a line in, one answer a line out.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Program
{
  #waiting = [];                // {wanted, resolve}, first come first served
  lines = [];

  constructor (command, args)
  {
    this.child = spawn (command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise (done => this.child.once ('exit', (code, signal) => done ({ code, signal })));
    this.child.stdin.on ('error', () => {});
    createInterface ({ input: this.child.stdout }).on ('line', line => this.#take (JSON.parse (line)));
  }

  #take (object)
  {
    this.lines.push (object);
    const at = this.#waiting.findIndex (({ wanted }) => wanted (object));
    if (at >= 0)
      this.#waiting.splice (at, 1)[0].resolve (object);
  }

  /** The next line that `wanted` accepts. */
  next (wanted, { timeout_ms = 15000, what = 'a line' } = {})
  {
    return new Promise ((resolve, reject) => {
      const timer = setTimeout (() => reject (new Error (`${what}: nothing for ${timeout_ms} ms`)), timeout_ms);
      this.#waiting.push ({ wanted, resolve: object => { clearTimeout (timer); resolve (object); } });
      this.ended.then (({ code, signal }) => reject (new Error (`${what}: the program ended (${code ?? signal})`)));
    });
  }

  /** Sends a command and waits for its answer; an error of the program's throws. */
  async run (cmd, rest = {})
  {
    const answer = this.next (object => object.cmd === cmd && ['done', 'error'].includes (object.event), { what: cmd });
    this.child.stdin.write (JSON.stringify ({ cmd, ...rest }) + '\n');
    const object = await answer;
    if (object.event === 'error')
      throw new Error (`${cmd}: ${object.message}`);
    return object;
  }

  async stop ()
  {
    this.child.stdin.end ();
    const late = setTimeout (() => this.child.kill ('SIGKILL'), 5000);
    await this.ended;
    clearTimeout (late);
  }
}
