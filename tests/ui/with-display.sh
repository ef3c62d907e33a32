#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command on an X server and a session bus of its own; nothing reaches the desktop of whoever
# runs it. Exits with the command's status, or 77 where a tool is missing.
# usage: with-display.sh COMMAND [ARGUMENTS]        VIGIL_SCREEN: size of the screen (1920x1080)
#        VIGIL_MONITORS=plugs: Xorg's dummy instead of Xvfb, whose outputs DUMMY0 and DUMMY1 xrandr turns on and off
set -u

server_program=Xvfb
[ "${VIGIL_MONITORS:-}" = plugs ] && server_program=Xorg
for tool in "$server_program" dbus-run-session; do
  command -v "$tool" >/dev/null 2>&1 || { echo "with-display: $tool is not installed" >&2; exit 77; }
done

scratch=$(mktemp -d)
server=
cleanup ()
{
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

# The server picks a free display by itself and says which.
mkfifo "$scratch/display"
if [ "$server_program" = Xorg ]; then
  cat >"$scratch/xorg.conf" <<'CONF'
Section "Device"
  Identifier "dummy"
  Driver "dummy"
  VideoRam 64000
EndSection
Section "Monitor"
  Identifier "monitor"
  HorizSync 5.0 - 1000.0
  VertRefresh 5.0 - 200.0
EndSection
Section "Screen"
  Identifier "screen"
  Device "dummy"
  Monitor "monitor"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "1280x1024"
    Virtual 2560 1600
  EndSubSection
EndSection
CONF
  Xorg -displayfd 3 -config "$scratch/xorg.conf" -logfile "$scratch/xorg.log" -nolisten tcp -noreset \
    3>"$scratch/display" >"$scratch/server.log" 2>&1 &
else
  Xvfb -displayfd 3 -screen 0 "${VIGIL_SCREEN:-1920x1080}x24" -nolisten tcp -noreset \
    3>"$scratch/display" >"$scratch/server.log" 2>&1 &
fi
server=$!
read -r number <"$scratch/display"
if [ -z "$number" ]; then
  echo "with-display: $server_program does not start:" >&2
  cat "$scratch/server.log" >&2
  exit 77
fi

mkdir -m 700 "$scratch/run"
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
export DISPLAY=":$number" XDG_RUNTIME_DIR="$scratch/run"
export GDK_BACKEND=x11 GSK_RENDERER="${GSK_RENDERER:-cairo}" NO_AT_BRIDGE=0
export GSETTINGS_BACKEND="${GSETTINGS_BACKEND:-memory}" GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1 GIO_USE_VFS=local
export LIBGL_ALWAYS_SOFTWARE=1

# The accessibility bus talks on whatever stdout it is started with; the command keeps ours for itself.
exec 4>&1
dbus-run-session -- sh -c 'exec "$@" >&4 4>&-' with-display "$@" 3>&- >&2
