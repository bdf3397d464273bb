"""A small content folder without a mistake, for tests that break it."""

import shutil
from pathlib import Path

from content.asking import ranker
from content.knowledge import FOLDER

FIRST = """\
id: qua-song
version: 1
title: Qua sông bằng đò
menu: Qua sông
summary: Gọi đò, trả tiền, lên bờ.
need:
  - Điện thoại của bác
aliases:
  - gọi đò
  - đò qua sông
intents: [qua-song]
assistance: khac
valid_from: 2026-01-01
verified_on: 2026-06-01
review_by: 2027-01-01
owner: to-noi-dung
sources: [ben-do]
steps:
  - id: ra-ben
    text: Bác ra bến, gọi {{ so_do }}.
    sources: [ben-do]
    confidence: xac_nhan
    obstacles:
      - id: khong-do
        label: Không thấy đò
        remedy: Bác chờ một lát rồi gọi lại.
      - id: lut
        label: Nước lớn quá
        remedy: Bác đi cầu cho chắc.
        guide: qua-cau
  - id: tra-tien
    text: >-
      Bác xem bảng giá ở bến,
      rồi trả tiền cho chủ đò.
    helper: Anh/chị không trả hộ.
    sources: [ben-do]
    choices:
      - {id: roi, label: Đã trả, next: go-ma}
      - {id: chua, label: Chưa trả, next: tra-sau}
  - id: tra-sau
    text: Bác trả khi lên bờ.
    sources: [ben-do]
    next: het
  - id: go-ma
    text: Bác tự gõ mật khẩu vào máy của bến.
    warn: mat_khau
    sources: [ben-do]
ending:
  text: Xong rồi, bác đã qua sông.
  next_guides: [qua-cau]
"""

SECOND = """\
id: qua-cau
version: 1
title: Qua cầu đi bộ
menu: Qua cầu
summary: Đi bộ qua cầu.
aliases: [đi cầu]
valid_from: 2026-01-01
verified_on: 2026-06-01
review_by: 2027-01-01
owner: to-noi-dung
sources: [ben-do]
steps:
  - id: di
    text: Bác đi bên phải.
    sources: [ben-do]
ending:
  text: Xong rồi.
"""

FACTS = """\
- id: so_do
  text: "0900"
  otherwise: chủ đò
  confidence: xac_nhan
  sources: [ben-do]
  valid_from: 2026-02-01
  valid_to: 2026-12-31
  verified_on: 2026-06-01
  review_by: 2027-01-01
"""

SOURCES = """\
- id: ben-do
  title: Bảng nội quy bến đò
  date: 01/2026
"""

INTENTS = """\
group: Sông nước
intents:
  - slug: qua-song
    name: Qua sông
    description: Gọi đò, trả tiền, lên bờ
    phrases: [gọi đò, đò qua sông, đi đò, qua sông, bến đò ở đâu]
  - slug: giay-do
    name: Giấy qua đò
    description: Xin giấy cho người qua sông hằng ngày
    phrases: [giấy đò, xin giấy qua đò, đơn xin đi chợ, giấy đi chợ, làm giấy ở bến]
offtopic:
  - kind: weather
    action: decline
    phrases: [trời mưa, bão, nắng, gió, lũ]
"""

QUESTIONS = """\
questions:
  - text: gọi đò ở bến nào
    intent: qua-song
"""

PROCEDURE = """\
id: giay-do
group: khac
rank: 1
title: Xin giấy qua đò
menu: Giấy qua đò
official: Cấp giấy qua đò cho người đi chợ
codes: ["1.000001"]
what: Giấy cho người qua sông hằng ngày.
who: Người đi chợ hằng ngày.
where: Ủy ban nhân dân xã có bến
at_centre: true
channels: [bo_phan_mot_cua, dvcqg]
online: mot_phan
presence: Đến bến nhận giấy.
papers:
  - {name: Đơn xin}
  - {name: Giấy đi chợ, need: neu, note: người bán hàng, only: [ban]}
steps:
  - Ra bến nộp đơn.
fees:
  state: co
  rows:
    - {label: Nộp giấy, vnd: 5000, unit: lần, channel: truc_tiep}
    - {label: Người bán hàng, vnd: 9000, only: [ban], valid_from: 2026-07-01, valid_to: 2026-12-31}
    - {label: Người bán hàng, vnd: 18000, only: [ban], valid_from: 2027-01-01}
  waiver: {id: mua-nuoc, paper: giấy bến}
times:
  - {text: 2 ngày làm việc}
result: Giấy qua đò.
rejects:
  - {text: Đơn không có tên bến}
tips:
  - Mang theo áo phao.
question:
  ask: Bác đi chợ để làm gì?
  options:
    - {id: mua, label: Đi mua}
    - {id: ban, label: Đi bán, note: Người bán cần thêm giấy.}
    - {id: cau, label: Đi bộ qua cầu, guide: qua-cau}
aliases: [giấy đò]
intents: [giay-do]
confidence: {papers: mot_nguon}
legal: [ben-do]
sources:
  - {id: ben-do, date: 02/2026}
verified_on: 2026-06-01
review_by: 2027-01-01
owner: to-noi-dung
"""

CLARIFY = """\
- id: hoi-do
  triggers: [đò]
  ask: Bác hỏi giấy hay hỏi đường?
  options:
    - {id: giay, label: Giấy qua đò, procedure: giay-do}
    - {id: duong, label: Đường ra bến, guide: qua-song}
"""

WAIVERS = """\
- id: mua-nuoc
  short: Mùa nước nổi thì không thu
  perhaps: Mùa nước nổi có thể không thu
  text: Ai ở trong vùng nước nổi thì được miễn.
  guide: qua-song
  valid_from: 2026-09-01
  valid_to: 2026-11-30
  confidence: xac_nhan
  sources: [ben-do]
  verified_on: 2026-06-01
  review_by: 2026-11-25
"""

MESSAGES = """\
{% macro hello(name) %}Chào {{ name }}.{% endmacro %}
{% macro bye() %}Chào tạm biệt.{% endmacro %}
"""

FILES = {
    "intents/song-nuoc.yaml": INTENTS,
    "data/questions.yaml": QUESTIONS,
    "guides/qua-song.yaml": FIRST,
    "guides/qua-cau.yaml": SECOND,
    "procedures/giay-do.yaml": PROCEDURE,
    "clarify.yaml": CLARIFY,
    "waivers.yaml": WAIVERS,
    "facts.yaml": FACTS,
    "sources.yaml": SOURCES,
    "menu.yaml": "- id: qua\n  title: Đi qua\n  guides: [qua-song, qua-cau]\n",
    "messages/common.j2": MESSAGES,
}


def write(root: Path, changed: dict[str, str] | None = None) -> Path:
    """The small folder under `root`, some files otherwise than they should be; data and terms are the real ones."""
    folder = root / "content"
    shutil.copytree(FOLDER / "data", folder / "data")
    shutil.copy(FOLDER / "terms.yaml", folder)
    words = folder / "data" / "logline" / "contents.yaml"
    text = words.read_text(encoding="utf-8")
    before, _, after = text.partition("\nprocedures:\n")
    own = "\nprocedures:\n  giay-do: [giấy đò]\nrules:\n"
    words.write_text(before + own + after.partition("\nrules:\n")[2], encoding="utf-8")
    _put(folder, FILES)
    (folder / ranker.ARTEFACT).write_bytes(ranker.build(folder))
    _put(folder, changed or {})
    return folder


def _put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
