"""The guard finds what must not be kept, lets ordinary talk through, and leaves no person in a note."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.knowledge import FOLDER
from content.messages import Messages
from content.safety import NOTE_LIMIT, Danger, Safety

SAFETY = Safety.load()

HARMLESS = """
tôi quên mật khẩu VNeID
quen mk vneid r ad oi
không nhớ pass vneid
quên mật khẩu là phải làm sao
mật khẩu là gì
mật khẩu phải có mấy ký tự ạ
mật khẩu 8 ký tự trở lên có chữ hoa và số
sai mật khẩu 5 lần bị khóa rồi
nhập mật khẩu mới mà nó báo không đúng
doi mat khau vneid o dau
mật khẩu của tôi là bị sai hay sao mà không vô được
mật khẩu định danh điện tử mức 2 lấy ở đâu
quên mật khẩu email nguyenvana1990@gmail.com
quên mk vneid trên iphone15
mk la nguoi o xa 31441
mk ở xã 31441 thì nộp ở đâu
mk sinh năm 1990 có làm được không
không nhận được mã OTP
ko nhận đc otp ad ơi
otp ko về, bấm gửi lại mấy lần r vẫn ko thấy
mã OTP là gì
otp gồm 6 số phải không
mã otp có hiệu lực 3 phút hả
đợi otp 20 phút chưa thấy
từ 14:30 đến giờ chưa nhận được mã xác thực
ngày 21/11/2026 tôi đăng ký mà không có otp
21/11/2026 12 giờ trưa không nhận được otp
tháng 11 2026 đổi sim nên không nhận được mã otp
dùng nokia 1280 có nhận otp không
số 0905123456 không nhận được otp
gọi 1900.0368 hỏi mã otp được không
goi 19000368 hoi otp dc ko
mã xác nhận đăng ký mất phí 200.000 đồng hả
no bao nhap otp de tru 200000 dong le phi
otp xã 31441 không về
passcode 6 số là gì
passcode 6 số của vneid e quên mất tiêu, reset kiểu j
mã pin 4 số hay 6 số
ví giấy tờ nó hỏi mã 6 số, tôi không nhớ
31441
xã 31441
1990
2026
3 người
20 phút
21/11/2026
21-11-2026
21.11.2026
21/11
08:30 ngày 01-11-2026
01-11-2026 08 30 12
200.000
200 000
2tr
200k
1.473.000
2.500.000.000 đồng
1.001193
thủ tục 1.001193 nộp ở đâu
H40.12-251121-0001
000.00.12.H40-251121-0001
ho so H40.12-251121-0001 tới đâu rồi
H40.12-251121-0001 không nhận được mã otp
K7M2PX
23A4B5
AB2345
0905123456
0905 123 456
0905 12 34 56 20 phút
+84 905 123 456
84905123456
02363123456
1022
113
156
19000368
1900 6035
18001096
cccd 12 số có được không
số căn cước có 12 số đúng không
cmnd 9 số cũ còn dùng được không
vay 200.000.000 đồng chỉ cần cmnd
CT07
B2
đổi gplx hạng B2 mất 135.000đ
3 5 7 12
tổ 3, thôn 5, 20 người
ngày 3/11 giúp 5 người cài vneid 20 phút
stk 190312345678 là của ai
mã giao dịch 612345678901 tôi đã chuyển
00020101021238540010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN6304A1B2
00020101021138540010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN62190815CK 612345678901 6304A1B2
https://www.facebook.com/permalink/612345678901 bài này thật không
bấm https://dichvucong.gov.vn/tra/482913 mà không thấy gửi otp
dichvucong.gov.vn
https://dichvucong.gov.vn/p/home/dvc-chi-tiet.html?ma_thu_tuc=1.000894
vô dichvucong.danang.gov.vn hả
https://vneid.gov.vn
https://play.google.com/store/apps/details?id=com.vnid
https://apps.apple.com/vn/app/vneid/id1582750372
quên mật khẩu vneid.toi muon lay lai
vào dichvucong.gov mà không được
tôi làm tốt.lý do là gì
file apk là gì
có nên cài file apk không
hotro@dichvucong.gov.vn
https://www.facebook.com/dichvucongxa
sợ người ta lấy đi vay tiền
làm sao để không bị lừa qua mạng
cách phòng tránh lừa đảo
sợ bị lừa quá thì cài ở đâu cho chắc
tuyên truyền phòng chống lừa đảo cho 20 người ở nhà văn hóa
hỗ trợ 3 bác bị lừa đảo qua mạng, 40 phút
thanh toán bị trừ tiền mà hồ sơ báo chưa thanh toán
lo dong le phi hai lan co duoc tra lai khong
lỡ gửi nhầm hồ sơ thì sửa sao
lỡ nhập sai mật khẩu 5 lần bị khóa
công an hỏi căn cước mà tôi dùng vneid được không
cán bộ ơi cho tôi hỏi mã otp không về
cán bộ xã hỏi mật khẩu mà tôi quên rồi
họ gửi mã OTP về máy mà tôi không nhận được
lúa bị đạo ôn
so bi lua lam
trồng lúa vụ ba
xe biển 43A-123.45 nộp phạt ở đâu
iphone 15 pro max cài được không
android 13 bản 2.1.6 lỗi
tui 65 tuổi
1
0
đúng
xong
ok
.
""".strip().splitlines()

HARMLESS_MONEY_AND_CODES = """
stk là gì
stk có phải là số tài khoản không
liên kết số tài khoản ngân hàng vào vneid
liên kết tài khoản ngân hàng vào vneid để nhận 100.000 đồng
số tài khoản ngân hàng ghi ở đâu
nhập số tài khoản ngân hàng mà báo sai
số tài khoản có 13 số đúng không
stk 0123456789012 có phải lừa đảo không
cho tôi xin stk của ủy ban để nộp phí
tài khoản ngân hàng bị trừ 200.000 đồng
tài khoản 0905123456 đăng nhập không được
số tài khoản định danh là số nào
thẻ ngân hàng hết hạn
thẻ ngân hàng hết hạn 12/28 có nộp được không
thẻ atm mất thì gọi 1900545413 hả
thẻ atm cũ 2019 còn dùng được không
số thẻ bảo hiểm y tế DN4480123456789
số thẻ là 16 số hay 19 số
thẻ visa nộp 135.000đ được không
cvv là gì
cvv 3 số nằm ở đâu
cvv ở mặt sau thẻ phải không
nó đòi nhập cvv
đổi mật khẩu thế nào
mật khẩu là ngày sinh có được không
mật khẩu là gì vậy, tôi sinh ngày 12/08/1990
mật khẩu là gì mà gọi 19000368 không ai trả lời
mật khẩu có phải là số điện thoại không, số 0905123456
đặt mật khẩu theo sinh nhật có an toàn không
mật khẩu phải là 8 ký tự gồm tên và số
mã số của tôi ở đâu
582914 là mã hồ sơ hay mã số thuế
G là mã gì
mã OTP là gì mà năm sáu lần không về
otp không về, thử một hai ba bốn lần rồi
gọi năm sáu bảy lần không nhận được otp
mã otp có sáu số hay tám số
mã OTP là sáu số hả
CVV842
""".strip().splitlines()

OTP, PASS, PIN = Danger.OTP, Danger.PASSWORD, Danger.PASSCODE
IDENT, CARD, ACCOUNT = Danger.IDENTITY_NUMBER, Danger.BANK_CARD, Danger.BANK_ACCOUNT
APK, FAKE, SHORT, SCAM = Danger.APK_LINK, Danger.FAKE_LINK, Danger.SHORT_LINK, Danger.SCAM_REPORT

DANGEROUS = [
    (OTP, "otp 482913"),
    (OTP, "OTP: 482913"),
    (OTP, "otp482913"),
    (OTP, "OTP-482913"),
    (OTP, "ma xac thuc 482 913"),
    (OTP, "mã xác thực của tôi là 482913 nhé"),
    (OTP, "Mã OTP là 4829"),
    (OTP, "otp: 48291357"),
    (OTP, "482913"),
    (OTP, "482 913"),
    (OTP, "482-913"),
    (OTP, "4 8 2 9 1 3"),
    (OTP, "48 29 13"),
    (OTP, " 482913. "),
    (OTP, "４８２９１３"),
    (OTP, "4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣"),
    (OTP, "48\u200b2913"),
    (OTP, "٤٨٢٩١٣"),
    (OTP, "dạ đây ạ 482913"),
    (OTP, "482913 nha em"),
    (OTP, "mã 482913"),
    (OTP, "no gui ma 482913 ve nè"),
    (OTP, "mã số của em là 482913"),
    (OTP, "482913 là mã otp"),
    (OTP, "4829 la ma xac nhan"),
    (OTP, "Tôi gửi mã OTP vừa nhận cho bạn nhé, 483920, bạn đăng nhập giúp tôi."),
    (OTP, "Ma OTP cua Quy khach la 482913. Hieu luc 3 phut. KHONG chia se ma nay"),
    (OTP, "VNeID: 482913 la ma xac thuc cua ban"),
    (OTP, "G-482913 is your verification code"),
    (OTP, "otp nó về rồi á, 482913, chừ mần răng nữa"),
    (OTP, "bà nhà tui nhận được cái otp 482 913 20 phút trước"),
    (OTP, "otp lần 3 482913"),
    (OTP, "o.t.p 482913"),
    (OTP, "0tp 482913"),
    (OTP, "ОТР 482913"),
    (OTP, unicodedata.normalize("NFD", "mã xác nhận 482913")),
    (OTP, "G-582914 là mã của bạn"),
    (OTP, "G-582914"),
    (OTP, "mã của bạn là G-582914"),
    (OTP, "582914 la ma cua ban"),
    (OTP, "mã OTP là năm tám hai chín một bốn"),
    (OTP, "ma otp la nam tam hai chin mot bon nhe em"),
    (OTP, "otp năm, tám, hai, chín, một, bốn"),
    (OTP, "mã xác thực của tôi là ba không bảy tư"),
    (PIN, "passcode là một hai ba bốn năm sáu"),
    (PASS, "mật khẩu là một hai ba bốn năm sáu"),
    (PASS, "mật khẩu của tôi là sinh nhật con gái tôi 12081990"),
    (PASS, "mat khau la ten con gai dau cua toi 1990"),
    (PASS, "mật khẩu vneid là số điện thoại của vợ tôi 0905123456"),
    (PASS, "mk: ngày cưới của hai vợ chồng 12/08/1990"),
    (OTP, "MÃ XÁC MINH\n482913"),
    (PIN, "passcode 482913"),
    (PIN, "pass code của tôi là 482913"),
    (PIN, "mã pin 1234"),
    (PIN, "ma pin the la 123456"),
    (PIN, "mã 6 số: 482913"),
    (PIN, "pascode vneid cua e 112233"),
    (PASS, "mật khẩu của tôi là Abc@1234"),
    (PASS, "mat khau vneid cua toi la Abc@12345 vao xem ho minh voi"),
    (PASS, "mk: hoa1990"),
    (PASS, "mk Abc@123"),
    (PASS, "mk vneid Hoa@1990 nha ad"),
    (PASS, "pass Nam123456"),
    (PASS, "pass=Nam123456"),
    (PASS, "password: qwertyuiop"),
    (PASS, "mật khẩu là 12345678"),
    (PASS, "mật khẩu là 0905123456"),
    (PASS, "mat khau 123456 vô hông được"),
    (PASS, "mật khẩu đăng nhập dịch vụ công của má tui là Lan1960"),
    (PASS, "Abc@1234 là mật khẩu của tôi"),
    (PASS, "Abc@12345"),
    (PASS, "mật khẩu VssID: anhyeuem"),
    (PASS, "ＭẬＴ KHẨU LÀ ABC@1234"),
    (IDENT, "079203012345"),
    (IDENT, "cccd 079203012345"),
    (IDENT, "cccd079203012345"),
    (IDENT, "079 203 012 345"),
    (IDENT, "079.203.012.345"),
    (IDENT, "0792-0301-2345"),
    (IDENT, "079203 012345"),
    (IDENT, "0 7 9 2 0 3 0 1 2 3 4 5"),
    (IDENT, "số căn cước của tui là 079 2 03 012345 đó"),
    (IDENT, "định danh của bé 079 2 20 012345"),
    (IDENT, "079203012345 Nguyễn Văn A, 01/01/2003"),
    (IDENT, "０７９２０３０１２３４５"),
    (IDENT, "079203\u200d012345"),
    (IDENT, "123456789012"),
    (IDENT, "cmnd cũ 201234567"),
    (IDENT, "cmt 201 234 567"),
    (IDENT, "201234567 là số chứng minh của tôi"),
    (IDENT, "tra giùm cccd 048 185 001 234"),
    (IDENT, "sđt 0905123456 cccd 048185001234"),
    (CARD, "4111 1111 1111 1111"),
    (CARD, "4111111111111111"),
    (CARD, "thẻ atm 9704 3600 1234 5678 901"),
    (CARD, "số thẻ 5555-5555-5555-4444 hết hạn 12/28"),
    (CARD, "số thẻ 4123 4567 8901 2345"),
    (CARD, "so the ngan hang cua toi la 4123456789012345"),
    (CARD, "thẻ visa: 4123-4567-8901-2345"),
    (CARD, "thẻ atm vietcombank 4123 4567 8901 2345 678"),
    (CARD, "cvv 842"),
    (CARD, "CVV: 842"),
    (CARD, "cvc là 842 nha"),
    (CARD, "mã cvv của tôi là 8421"),
    (ACCOUNT, "stk 0123456789012 vietcombank"),
    (ACCOUNT, "STK: 0905123456 MB Bank"),
    (ACCOUNT, "số tài khoản 190312345678"),
    (ACCOUNT, "so tai khoan cua toi la 1903 1234 5678 015"),
    (ACCOUNT, "tk vcb 0123456789"),
    (ACCOUNT, "tài khoản ngân hàng agribank của má tui là 4800205123456"),
    (APK, "tải tại http://vneid-capnhat.top/vneid.apk"),
    (APK, "VNeID.apk"),
    (APK, "ho gui file dichvucong.apk bao cai"),
    (APK, "http://1.2.3.4/app.APK?id=3"),
    (SHORT, "https://bit.ly/3xYz12"),
    (SHORT, "bit.ly/abc"),
    (SHORT, "vào s.id/vneid cập nhật nhé"),
    (SHORT, "tinyurl.com/capnhatvneid"),
    (SHORT, "HTTPS://CUTT.LY/abc"),
    (SHORT, "link t.ly/Ab12"),
    (FAKE, "dichvucong-gov.com"),
    (FAKE, "https://dichvucong.gov.vn.capnhat.top/login"),
    (FAKE, "trang vneid.com.vn có phải thật không"),
    (FAKE, "http://vne1d.site"),
    (FAKE, "vnęid.xyz"),
    (FAKE, "dichvuc0ng.vn"),
    (FAKE, "https://dichvucong.gov.vn@xau.top/"),
    (FAKE, "vào bocongan-gov-vn.com để cập nhật"),
    (SCAM, "tôi vừa bị lừa mất 20 triệu"),
    (SCAM, "toi bi lua roi giup voi"),
    (SCAM, "bị lừa rồi mn ơi"),
    (SCAM, "Tui bị nó gạt hết tiền rồi con ơi"),
    (SCAM, "chừ tui bị lừa mất sạch tiền, mần răng chừ"),
    (SCAM, "tài khoản bị rút sạch tiền"),
    (SCAM, "bị hack mất vneid rồi"),
    (SCAM, "lỡ bấm vào link lạ rồi"),
    (SCAM, "lo cai app no gui qua zalo"),
    (SCAM, "e lỡ đọc otp cho ngta r"),
    (SCAM, "trót cho nó mã xác thực"),
    (SCAM, "có người gọi xin mã otp"),
    (SCAM, "cong an goi bao doc ma otp"),
    (SCAM, "công an xã gọi kêu đọc mã xác thực có nên đọc không"),
    (SCAM, "cán bộ xã xin mật khẩu vneid của tôi"),
    (SCAM, "số lạ gọi xưng công an kêu cài app"),
    (SCAM, "no goi bao la can bo xa gui link cai app dich vu cong co nen cai khong"),
    (SCAM, "zalo lạ đòi ảnh cccd 2 mặt"),
    (SCAM, "chuyển khoản cho nó rồi nó chặn luôn"),
]


@pytest.mark.parametrize("text", HARMLESS + HARMLESS_MONEY_AND_CODES)
def test_ordinary_talk_passes(text: str) -> None:
    assert SAFETY.inspect(text) is None


@pytest.mark.parametrize(("kind", "text"), DANGEROUS)
def test_danger_is_found_as_people_type_it(kind: Danger, text: str) -> None:
    found = SAFETY.inspect(text)
    assert found is not None
    assert found.kind is kind


def test_bare_numbers_are_answers_when_a_number_was_asked_for() -> None:
    for awaited in ("number", "commune_code"):
        assert SAFETY.inspect("482913", expects=frozenset({awaited})) is None
        assert SAFETY.inspect("mã 482913", expects=frozenset({awaited, "hamlet"})) is None
    assert SAFETY.inspect("482913", expects=frozenset({"hamlet"})) is not None


@pytest.mark.parametrize("text", ["otp 482913", "079203012345", "mk: hoa1990", "4111 1111 1111 1111"])
def test_a_secret_stays_a_secret_whatever_was_asked_for(text: str) -> None:
    assert SAFETY.inspect(text, expects=frozenset({"number", "commune_code"})) is not None


def test_every_danger_of_a_message_is_told() -> None:
    found = SAFETY.inspect("tôi bị lừa rồi, lỡ bấm bit.ly/abc rồi đọc mã otp 482913, cccd 079203012345")
    assert found is not None
    assert found.kind is Danger.OTP
    assert found.also == {Danger.IDENTITY_NUMBER, Danger.SHORT_LINK, Danger.SCAM_REPORT}


def test_a_cry_for_help_comes_before_the_account_it_names() -> None:
    found = SAFETY.inspect("chuyển tiền cho nó rồi nó chặn, stk 0123456789012")
    assert found is not None
    assert found.kind is Danger.SCAM_REPORT
    assert found.also == {Danger.BANK_ACCOUNT}


@pytest.mark.parametrize("kind", Danger)
def test_every_danger_has_an_answer(kind: Danger) -> None:
    assert Messages(FOLDER / "messages").render(f"safety.{kind}").strip()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("  Mã  OTP\n của tôi là  482 913 nhé", "482 913"),
        (unicodedata.normalize("NFD", "mật khẩu của bà Lệ là Lệ@1960 ạ"), unicodedata.normalize("NFD", "Lệ@1960")),
        (unicodedata.normalize("NFD", "mk: Lan1960ệ"), unicodedata.normalize("NFD", "Lan1960ệ")),
        ("số cccd\u200b: ０７９２０３\u200b０１２３４５ đó", "０７９２０３\u200b０１２３４５"),
        ("mã xác thực 4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣ nha", "4️⃣8️⃣2️⃣9️⃣1️⃣3"),
        ("Mã OTP là năm tám hai chín một bốn nhé", "năm tám hai chín một bốn"),
        ("Số thẻ của tôi: 4123 4567 8901 2345 đó", "4123 4567 8901 2345"),
        ("mật khẩu là sinh nhật con gái tôi 12081990 nha", "12081990"),
    ],
)
def test_places_are_those_of_the_text_as_given(text: str, secret: str) -> None:
    found = SAFETY.inspect(text)
    assert found is not None
    assert [text[start:end] for start, end in found.spans] == [secret]


@pytest.mark.parametrize(
    "personal",
    [
        "079203012345", "079 203 012 345", "201234567", "0905123456", "0905.123.456", "+84 905 123 456",
        "02363123456",
        "lan.nguyen@gmail.com", "H40.12-251121-0001", "000.00.12.H40-251121-0001", "4111 1111 1111 1111",
        "FT25325123456", "FT2532512",
        "GD4790123456789", "stk 19031234", "số thẻ 4123 4567 8901 2345", "cvv 8421", "stk 1903 1234 5678",
        "otp năm tám hai chín một bốn", "otp 482913", "mật khẩu Lan@1960", "９０５１２３４５６",
    ],
)  # fmt: skip
def test_a_note_keeps_no_personal_number(personal: str) -> None:
    note = SAFETY.mask(f"giúp bà Lan ({personal}) kích hoạt vneid, hẹn 21/11/2026")
    assert note.startswith("giúp bà Lan (")
    assert note.endswith("kích hoạt vneid, hẹn 21/11/2026")
    assert not re.search(r"\d{4}|@|\d \d|tám", note.removesuffix("21/11/2026"))


@pytest.mark.parametrize(
    "note",
    [
        "giúp 3 bác kích hoạt VNeID, 20 phút, thôn 5 xã 31441",
        "nộp 1.001193 qua mạng, phí 200.000 đồng, hẹn 21/11/2026 lúc 08:30",
        "máy iphone 15, mạng yếu, gọi 1900.0368 không được",
    ],
)
def test_a_note_without_people_stays_as_it_is(note: str) -> None:
    assert SAFETY.mask(note) == note


WORDS = [
    "otp", "mã", "mật khẩu", "là", "số thẻ", "cvv", "năm tám ", "G-",
    "cccd", "cmnd", "stk", "passcode", "0905", "123456", "079203012345", ".",
    "-", "/", "@",
    " ", ":", "a1@b", ".com", "gov.vn", "https://", "bit.ly/x", "\u0323", "\u200b", "H40-251121-0001", "[ẩn]",
        "lỡ bấm",
    "link", "bị lừa", "1 ", "22 ", "000201", "6304ABCD", "４", "ﬁ", "İ", "ß", "𝟗", "가", "ᄀ", "ᅡ", "ð",
]  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map("".join))


@given(ANYTHING)
def test_nothing_upsets_the_guard_and_places_are_in_order(text: str) -> None:
    found = SAFETY.inspect(text)
    if found:
        edges = [edge for span in found.spans for edge in span]
        assert edges == sorted(edges)
        assert 0 <= edges[0] < edges[-1] <= len(text)
        assert all(start < end for start, end in found.spans)


@given(ANYTHING)
@settings(max_examples=300)
def test_masking_twice_is_masking_once_and_leaves_no_long_number(text: str) -> None:
    note = SAFETY.mask(text)
    assert SAFETY.mask(note) == note
    assert len(note) <= NOTE_LIMIT
    assert not re.search(r"\d{9}", note)


@pytest.mark.parametrize(
    "piece",
    [
        *WORDS,
        "1 22 ",
        "0 ",
        "a.",
        "a-",
        "a@",
        "%",
        "otp 1 ",
        "mk là ",
        "mk là tên ",
        "otp năm ",
        "năm tám ",
        "stk ",
        "stk 1 ",
        "cvv ",
        "số thẻ 1 ",
        "lỡ ",
        "có người gọi ",
        "000201aa",
        "1.",
        "=",
        "ệ ",
    ],
)
def test_a_hundred_thousand_characters_are_read_to_the_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    found = SAFETY.inspect(text + " mã otp là 482913")
    assert found is not None
    assert found.kind is Danger.OTP


SURROUNDINGS = [
    "{}", "mã otp là {}", "otp {}", "ma xac thuc {} nhe em", "vneid gửi mã xác nhận: {}. đừng cho ai biết",
    "dạ mã OTP của con {} ạ", "hôm 21/11/2026 tui nhận otp {} lúc 08:30", "sđt 0905123456, otp {}",
    "nộp phí 200.000đ rồi nó đòi otp, otp là {}", "{} là mã otp", "số cccd của tôi {}",
        "3 người chờ 20 phút, mã otp {}",
]  # fmt: skip
SPREAD = st.sampled_from(["", " ", "-", "\u200b", "\u00a0"])


@given(st.sampled_from(SURROUNDINGS), st.integers(0, 999_999), SPREAD, st.booleans())
def test_a_planted_code_is_found(surrounding: str, code: int, gap: str, wide: bool) -> None:
    digits = f"{code:06}"
    planted = gap.join((digits[:3], digits[3:]))
    if wide:
        planted = planted.translate({ord("0") + i: ord("０") + i for i in range(10)})
    if gap in {" ", "\u00a0"} and digits.endswith("000"):
        return  # "482 000" alone is a sum of money.
    if "cccd" in surrounding:
        return
    found = SAFETY.inspect(surrounding.format(planted))
    assert found is not None
    assert found.kind is Danger.OTP


@given(
    st.sampled_from(SURROUNDINGS),
    st.sampled_from(["001", "031", "048", "079", "091", "096"]),
    st.integers(0, 3),
    st.integers(0, 99_999_999),
    st.sampled_from([(12,), (3, 3, 3, 3), (4, 4, 4), (6, 6), (3, 1, 2, 6), (1,) * 12]),
    st.sampled_from([" ", ".", "-", "\u200b", " \u200b"]),
)
def test_a_planted_identity_number_is_found(
    surrounding: str, province: str, century: int, rest: int, widths: tuple[int, ...], gap: str
) -> None:
    digits = f"{province}{century}{rest:08}"
    cuts = [sum(widths[:i]) for i in range(len(widths))]
    planted = gap.join(digits[cut : cut + width] for cut, width in zip(cuts, widths, strict=True))
    text = surrounding.format(planted)
    found = SAFETY.inspect(text)
    assert found is not None
    assert Danger.IDENTITY_NUMBER in {found.kind, *found.also}
    assert digits not in "".join(c for c in SAFETY.mask(text) if c.isdigit())
