#!/bin/sh
# Process 1 of a container until its command takes its place: `container.sh FOLDER USER GROUP GROUPS HOW DIRECTORY PROGRAM COMMAND...`,
# in new mount, PID, UTS and IPC namespaces and in the pod's network. FOLDER holds `root`, the tree of the image; `mounts`,
# a line "kind TAB source TAB target TAB options" for each mount; `hostname`; `after`, which may say `readonly`. HOW is
# `drop` where other users can be had, `map` where there is only one. PROGRAM is the one that COMMAND comes to. Its first line of output is either "pid N", as the
# machine counts, or "! REASON"; all that follows is the command's own.
set -eu
given=${PATH-}
PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 user=$2 group=$3 groups=$4 how=$5 directory=$6 program=$7
shift 7
root=$folder/root
tab=$(printf '\t')

fail() {
  printf '! %s\n' "$*"
  exit 128
}

# a mount that came from elsewhere keeps the flags that it came with, or an ordinary user may not change it
read_only() {
  for flags in '' ,nosuid ,nosuid,nodev ,nosuid,nodev,noexec ,relatime ,nosuid,nodev,relatime ,nosuid,nodev,noexec,relatime; do
    mount -o "remount,bind,ro$flags" "$1" 2>/dev/null && return 0
  done
  fail "cannot make $1 read-only"
}

mount_all() {
  while IFS="$tab" read -r kind source target options; do
    case $kind in
      bind)
        if [ ! -e "$root$target" ]; then
          if [ -d "$source" ]; then mkdir -p "$root$target"; else mkdir -p "$root${target%/*}" && : >"$root$target"; fi
        fi
        mount --bind "$source" "$root$target"
        case ",$options," in *,ro,*) read_only "$root$target" ;; esac
        ;;
      tmpfs)
        mkdir -p "$root$target"
        mount -t tmpfs -o "$options" tmpfs "$root$target"
        ;;
    esac
  done <"$folder/mounts"
}

make_dev() {
  mount -t tmpfs -o mode=755,size=64k tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=64m tmpfs "$root/dev/shm" # 64 MiB, as a container runtime gives
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
}

read -r pid _ <"${folder%/*/*}/proc/self/stat"
hostname "$(cat "$folder/hostname")" 2>/dev/null || cat "$folder/hostname" >/proc/sys/kernel/hostname
mount --bind "$root" "$root"
make_dev
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || :
mount_all
after=$(cat "$folder/after")

cd "$root"
mkdir -p .outside
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
case $after in *readonly*) read_only / ;; esac

[ -d "$directory" ] || mkdir -p "$directory" 2>/dev/null || :
cd "$directory" 2>/dev/null || fail "chdir to cwd (\"$directory\") set in config.json failed: no such file or directory"
PATH=$given
export PATH
case $program in
  */*) [ -e "$program" ] || fail "exec: \"$program\": stat $program: no such file or directory" ;;
  *) command -v -- "$program" >/dev/null || fail "exec: \"$program\": executable file not found in \$PATH" ;;
esac

# what a container runtime leaves to root
set -- /usr/bin/setpriv --inh-caps=-all \
  --bounding-set=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap \
  --reuid="$user" --regid="$group" --groups="$groups" -- "$@"
case $how in
  drop)
    # or /dev/stderr could not be opened; what is no pipe may be a device of the machine
    for stream in 1 2; do [ ! -p "/proc/1/fd/$stream" ] || /usr/bin/chown "$user" "/proc/1/fd/$stream"; done
    ;;
  map)
    shift 7 # there are no users to change to
    if [ "$user" = 0 ]; then
      set -- /usr/bin/setpriv --inh-caps=-all --bounding-set=-sys_admin -- "$@"
    else
      set -- /usr/bin/unshare --user --map-user="$user" --map-group="$group" -- "$@"
    fi
    ;;
esac
unset OLDPWD PWD # the shell's, not the container's
printf 'pid %s\n' "$pid"
exec "$@"
