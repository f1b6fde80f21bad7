# $5 bytes of environment, $8 of wrapper and $6 of script on standard input: what is long or secret has no place in a
# URL, nor in a process list; $7 shell
if [ -z "$D" ]; then
  for b in "${TMPDIR:-/tmp}" /tmp /dev/shm /var/tmp; do
    if (umask 077 && mkdir -p "$b/.plan/$1" && : >"$b/.plan/$1/in.$$") 2>/dev/null; then D=$b/.plan/$1; break; fi
  done
  if [ -z "$D" ]; then echo nofolder; exit 0; fi
  all=$(($5 + $8 + $6))
  head -c "$all" >"$D/in.$$"
  if [ "$(wc -c <"$D/in.$$")" -ne "$all" ]; then rm -f "$D/in.$$"; echo cut; exit 0; fi
  E=
  if [ "$5" -gt 0 ]; then E=$D/env.$$; (umask 077 && head -c "$5" "$D/in.$$" >"$E"); fi
  W=$D/wrapper.$$
  if ! { tail -c +$(($5 + 1)) "$D/in.$$" | head -c "$8" >"$W" &&
    tail -c +$(($5 + $8 + 1)) "$D/in.$$" >"$D/cmd.$$" && mv -f "$D/cmd.$$" "$D/cmd"; }; then
    rm -rf "$D"
    echo nofolder
    exit 0
  fi
  rm -f "$D/in.$$"
  s=
  if command -v setsid >/dev/null 2>&1; then s=setsid; fi
  $s sh "$W" "$D" "$E" "$7" </dev/null >/dev/null 2>&1 &
  i=0
  while [ ! -s "$D/pid" ] && [ $i -lt 100 ]; do i=$((i + 1)); sleep 0.02 2>/dev/null || sleep 1; done
  read -r p <"$D/pid"
  echo new
fi
