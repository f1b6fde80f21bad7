# Tells the wrapper to stop, again and again for $2 seconds; says the exit code, or `running`
if [ -z "$D" ]; then echo absent; exit 0; fi
i=0
while [ ! -s "$D/rc" ] && [ $i -lt $(($2 * 5)) ]; do
  if [ $((i % 5)) -eq 0 ]; then
    if ours; then kill -TERM "$p" 2>/dev/null; fi
  fi
  i=$((i + 1))
  sleep 0.2 2>/dev/null || { sleep 1; i=$((i + 4)); }
done
if [ -s "$D/rc" ]; then cat "$D/rc"; else echo running; fi
