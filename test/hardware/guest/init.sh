#!/bin/busybox sh
# PID 1 of the guest until its disks are mounted: the root image, read-only, under a layer in memory, and the app disk.
set -e
busybox=/bin/busybox
$busybox mount -t devtmpfs dev /dev
while read -r module; do
  $busybox insmod "/modules/$module"
done < /modules/order
until [ -b /dev/vda ] && [ -b /dev/vdb ]; do
  $busybox sleep 0.1
done
$busybox mount -t squashfs -o ro /dev/vda /lower
$busybox mount -t tmpfs -o mode=755 upper /upper
$busybox mkdir /upper/files /upper/work
$busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /root
$busybox mkdir /root/app
$busybox mount -t squashfs -o ro /dev/vdb /root/app
exec $busybox switch_root /root /app/guest/boot.sh
