"""What is wrong with an installation, and how to mend it, in the operator's words."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what it is, how to mend it. Never holds a setting's value."""

    place: str
    fault: str
    remedy: str
    is_notice: bool = False  # worth knowing; nothing fails because of it

    def __str__(self) -> str:
        advice = "Lưu ý" if self.is_notice else "Cách sửa"
        return f"{self.place}: {self.fault}. {advice}: {self.remedy}."


class ConfigError(Exception):
    """The configuration cannot be used; `problems` are all that are known."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


_TYPES = {
    "missing": ("thiếu giá trị", "thêm dòng này vào cấu hình"),
    "string_type": ("phải là chuỗi chữ", "đặt giá trị trong dấu nháy kép"),
    "int_type": ("phải là số nguyên", "ghi số, không có dấu nháy"),
    "int_parsing": ("phải là số nguyên", "ghi số, không có dấu nháy"),
    "int_from_float": ("phải là số nguyên", "bỏ phần thập phân"),
    "bool_type": ("phải là true hoặc false", "ghi true hoặc false"),
    "bool_parsing": ("phải là true hoặc false", "ghi true hoặc false"),
    "greater_than_equal": ("nhỏ hơn mức cho phép", "từ {ge} trở lên"),
    "less_than_equal": ("lớn hơn mức cho phép", "không quá {le}"),
    "greater_than": ("nhỏ hơn mức cho phép", "lớn hơn {gt}"),
    "less_than": ("lớn hơn mức cho phép", "nhỏ hơn {lt}"),
    "float_type": ("phải là số", "ghi số, không có dấu nháy"),
    "float_parsing": ("phải là số", "ghi số, không có dấu nháy"),
    "finite_number": ("phải là số", "ghi số, không có dấu nháy"),
    "time_type": ("phải là giờ", 'ghi giờ và phút, ví dụ "08:00"'),
    "time_parsing": ("không phải là giờ", 'ghi giờ và phút, ví dụ "08:00"'),
    "date_type": ("phải là ngày", 'ghi năm-tháng-ngày, ví dụ "2026-02-16"'),
    "date_parsing": ("không phải là ngày", 'ghi năm-tháng-ngày, ví dụ "2026-02-16"'),
    "date_from_datetime_parsing": ("không phải là ngày", 'ghi năm-tháng-ngày, ví dụ "2026-02-16"'),
    "date_from_datetime_inexact": ("phải là ngày, không có giờ", 'ví dụ "2026-02-16"'),
    "literal_error": ("giá trị không có", "chọn {expected}"),
    "string_pattern_mismatch": (
        "chứa ký tự không dùng được",
        "chỉ dùng chữ thường không dấu, chữ số, gạch nối; tối đa 20 ký tự",
    ),
    "tuple_type": ("phải là một danh sách", "viết mỗi phần tử thành một mục [[…]]"),
    "model_type": (
        "phải là một mục",
        "viết [tên_mục] trên một dòng riêng, rồi các giá trị bên dưới",
    ),
}


_OTHER = ("giá trị không dùng được", "xem mẫu trong config.example.toml")


def explain(error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Each fault in plain words, with a near name where a key is unknown."""
    for item in error.errors(include_input=False, include_url=False):
        loc, context = item["loc"], item.get("ctx", {})
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)
        if item["type"] == "default_factory_not_called":
            continue  # a value that would follow from another one, which is itself a problem
        if item["type"] == "extra_forbidden":
            yield _unknown(place, loc, model)
        elif item["type"] == "value_error":
            yield Problem(place, "giá trị không dùng được", str(context["error"]))
        else:
            fault, remedy = _TYPES.get(item["type"], _OTHER)
            yield Problem(place, fault, remedy.format(**_readable(context)))


def _readable(context: dict[str, Any]) -> dict[str, str]:
    return {key: str(value).replace(" or ", " hoặc ") for key, value in context.items()}


def _unknown(place: str, loc: tuple[int | str, ...], model: type[BaseModel]) -> Problem:
    known = list(_section(model, loc[:-1]).model_fields)
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    remedy = f'có phải ý là "{near[0]}"' if near else f"các tên hiện có: {', '.join(known)}"
    return Problem(place, "không có thiết lập này", remedy)


def _section(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that a place in the file is checked by."""
    for part in loc:
        if isinstance(part, str):
            model = next(_models(model.model_fields[part].annotation))
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
