"""Handing out registration codes, and stopping devices."""

from __future__ import annotations

from handlers.texts.sentence import Text


def handed_out(name: str, code: str, url: str) -> Text:
    return Text(
        "Mã đăng ký của đồng chí {name}: {code}\nHoặc mở: {url}", name=name, code=code, url=url
    )


def codes_from_above(name: str) -> Text:
    return Text(
        "Đồng chí {name} giữ nhiệm vụ rộng hơn phạm vi của đồng chí: mã đăng ký và thiết bị do cấp "
        "trên hoặc người quản trị hệ thống giải quyết.",
        name=name,
    )


STOP_DEVICES = Text("Ngừng dùng thiết bị cũ và cấp mã mới")
ONE_MORE_CODE = Text("Cấp thêm mã")


def uses_devices(name: str, count: int) -> Text:
    return Text("Đồng chí {name} đang dùng {count} thiết bị.", name=name, count=count)


def devices_stopped(count: int) -> Text:
    return Text("Đã ngừng {count} thiết bị cũ.", count=count)


def codes_voided(count: int) -> Text:
    return Text("{count} mã đã cấp mà chưa dùng cũng hết hiệu lực.", count=count)
