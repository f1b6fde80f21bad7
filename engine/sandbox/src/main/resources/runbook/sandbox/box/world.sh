#!/bin/sh
# Process 1 of a world: `world.sh FOLDER GATEWAY/BITS`, in new mount, PID, network, UTS and IPC namespaces. It lays the
# ground that pods stand on, says so in one line, and stays until its standard input ends; with it everything in the
# world ends, since the kernel kills what is left of a PID namespace whose first process is gone.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 gateway=$2

read -r pid _ </proc/self/stat # as the machine counts: its /proc is still here
mkdir -p "$folder/proc"
mount --rbind /proc "$folder/proc" # containers learn their machine-wide process ids here
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns

ip link set lo up
# of its own: a bridge without one takes the least of its pods', and is another machine to the rest when that pod goes
ip link add pods address 02:00:0a:f4:00:01 type bridge
ip address add "$gateway" dev pods
ip link set pods up
echo 1 >/proc/sys/net/ipv4/ip_forward

exec 3<&0
echo "ready $pid"
cat <&3 >/dev/null &
wait $! # and reap meanwhile what is orphaned in the world
