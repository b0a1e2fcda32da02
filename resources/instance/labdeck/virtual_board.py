"""The virtual board an image may contain (QEMU=1): U-Boot on an emulated ARM machine, so that a job can run at once."""

from typing import Any

from . import paths

TYPE = "qemu-uboot"
DEVICE = "qemu-01"
_template = """{% extends 'base-uboot.jinja2' %}
{% set booti_kernel_addr = '0x44000000' %}
{% set booti_ramdisk_addr = '0x48000000' %}
{% set booti_dtb_addr = '0x40000000' %}
{% set console_device = console_device | default('ttyAMA0') %}
{% set uboot_mkimage_arch = 'arm64' %}
{% set uboot_ramdisk_format = 'raw' %}
{% set bootloader_prompt = '=>' %}
"""
_dictionary = """{% extends 'qemu-uboot.jinja2' %}
{% set connection_command = '/usr/lib/labdeck/qemu-board console' %}
{% set power_on_command = '/usr/lib/labdeck/qemu-board on' %}
{% set power_off_command = '/usr/lib/labdeck/qemu-board off' %}
{% set hard_reset_command = '/usr/lib/labdeck/qemu-board on' %}
"""


def register_board(worker: Any) -> None:
    """Makes the device type and the device where they are missing; one that was changed or retired stays as it is."""
    from django.contrib.auth.models import User
    from lava_scheduler_app.models import Device, DeviceType

    _write_once(paths.ETC_SERVER / "dispatcher-config/device-types" / f"{TYPE}.jinja2", _template)
    if Device.objects.filter(hostname=DEVICE).exists():
        return
    _write_once(paths.ETC_SERVER / "dispatcher-config/devices" / f"{DEVICE}.jinja2", _dictionary)
    kind, _ = DeviceType.objects.get_or_create(name=TYPE, defaults={"display": True})
    Device.objects.create(hostname=DEVICE, device_type=kind, worker_host=worker, health=Device.HEALTH_GOOD, physical_owner=User.objects.filter(is_superuser=True).first())


def _write_once(path: Any, text: str) -> None:
    import grp
    import os
    import pwd

    if not path.exists():
        path.write_text(text)
        os.chown(path, pwd.getpwnam("lavaserver").pw_uid, grp.getgrnam("lavaserver").gr_gid)
