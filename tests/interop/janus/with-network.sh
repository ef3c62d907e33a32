#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command in a network of its own: a loopback, and one interface with an address that is not the loopback's,
# which Janus needs (it skips the loopback). Everything ends with the command: the kernel takes the network away
# with the last process in it. Exits with the command's status; 77 where this user may not make a network (1 where
# VIGIL_INTEROP_REQUIRED=1, as on the CI machine).
# usage: with-network.sh [--with-peers] COMMAND [ARGUMENTS]
#   --with-peers  installs the npm peers first (setup.sh): from within there is no way out to do so
set -u

# Janus skips interfaces named veth*.
name=vgl0
address=10.99.0.1

give_up ()
{
  echo "with-network: $*" >&2
  [ "${VIGIL_INTEROP_REQUIRED:-}" = 1 ] && exit 1
  exit 77
}

if [ "${VIGIL_IN_NETWORK:-}" != 1 ]; then
  if [ "${1:-}" = --with-peers ]; then
    shift
    "$(dirname "$0")/../setup.sh" --test >/dev/null || exit $?
  fi
  for tool in unshare ip janus; do
    command -v "$tool" >/dev/null 2>&1 || give_up "$tool is not installed"
  done
  if unshare --net true 2>/dev/null; then
    user=
  elif unshare --user --map-root-user --net true 2>/dev/null; then
    user="--user --map-root-user"
  else
    give_up "no network of its own can be made here: that needs root, or user namespaces"
  fi
  export VIGIL_IN_NETWORK=1
  # shellcheck disable=SC2086
  exec unshare $user --net "$0" "$@"
fi

ip link set lo up &&
  ip link add "$name" type veth peer name vgl1 &&
  ip address add "$address/24" dev "$name" &&
  ip link set vgl1 up &&
  ip link set "$name" up || give_up "the network has no interface: is the kernel's veth module there?"

export VIGIL_JANUS_INTERFACE="$name" VIGIL_JANUS_ADDRESS="$address"
exec "$@"
