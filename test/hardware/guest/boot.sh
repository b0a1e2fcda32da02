#!/bin/sh
# PID 1 of the guest once its disks are there: what an init does for a bench, then the agent.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620 pts /dev/pts
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
hostname bench
/lib/systemd/systemd-udevd --daemon
udevadm trigger --type=subsystems --action=add
udevadm trigger --type=devices --action=add
# Loading them when the first device comes would be part of what that test waits for.
modprobe -a cdc_acm ftdi_sio usbhid usb_storage
udevadm settle --timeout=60
busybox ip link set lo up
busybox ip link set eth0 up
busybox ip addr add 10.0.2.15/24 dev eth0
while :; do
  /app/node /app/guest/agent.js
  echo 'the agent ended' > /dev/console
done
