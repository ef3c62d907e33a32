/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked once per layer with the whole of it and of what lies below: a call upwards does not link. */
int main (void);

int
main (void)
{
  return 0;
}
