#!/bin/sh
# gosu USER COMMAND...: becomes the command as that user, as the program of this name in the official images
[ $# -ge 2 ] || { echo "Usage: gosu user-spec command [args]" >&2; exit 1; }
user=$1
shift
home=$(sed -n "s/^$user:\([^:]*:\)\{4\}\([^:]*\):.*/\2/p" /etc/passwd)
HOME=${home:-/}
export HOME
exec setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"
