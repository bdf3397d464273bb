"""Each rule on addresses and on everything else a code may hold."""

import pytest

from content.qr import Codes

STOPS = {
    "https://dichvucong.gov.vn.evil.example/": "lookalike_domain",
    "https://xgov.vn/": "lookalike_domain",
    "https://dich-vu-cong.online/": "lookalike_domain",
    "https://dichvuc0ng-online.com/": "lookalike_domain",
    "https://csgt-phatnguoi.com/": "lookalike_domain",
    "https://tra-cuu.khobac.example/": "lookalike_domain",
    "https://b0congan.com/": "lookalike_domain",
    "https://bocognan.com/": "lookalike_domain",
    "https://baohiernxahoi.example/": "lookalike_domain",
    "https://dichvvcong.example/": "lookalike_domain",
    "https://dichvucomg.gov.vn/": "lookalike_domain",
    "https://vneld.gov.vn/": "lookalike_domain",
    "dichvucong.gov-vn.top/nop": "lookalike_domain",
    "https://vnei\u0501.com/": "homoglyph_domain",
    "https://ＤＩＣＨＶＵＣＯＮＧ.gov.vn/": "homoglyph_domain",
    "https://dịchvụcông.vn/": "homoglyph_domain",
    "https://dichvucong。gov。vn/": "homoglyph_domain",
    "https://dichvucong.gov.vn:x@evil.example/": "userinfo_trick",
    "dichvucong.gov.vn@evil.example/nop": "userinfo_trick",
    "https://[2001:db8::1]/": "ip_host",
    "http://3405803783/": "ip_host",
    "https://0xcb.0.113.7/": "ip_host",
    "https://0313.0.0161.7/": "ip_host",
    "203.0.113.7/vneid": "ip_host",
    "https://２０３.0.113.７/": "ip_host",
    "https://": "malformed_url",
    "https:///nop": "malformed_url",
    "https:dichvucong.gov.vn": "malformed_url",
    "https:\\\\evil.example\\@dichvucong.gov.vn": "malformed_url",
    "https://dichvucong.gov.vn\\.evil.example/": "malformed_url",
    "https://[dichvucong.gov.vn/": "malformed_url",
    "https://dichvucong.gov.vn／evil.example/": "malformed_url",
    "https://dichvucong..gov.vn/": "malformed_url",
    "https://evil.example%2f.dichvucong.gov.vn/": "malformed_url",
    "https://dichvucong.gov.vn:port/": "malformed_url",
    "https://c&gt.bocongan.gov.vn/": "malformed_url",
    "https://dichvucong\u200b.gov.vn/": "hidden_characters",
    "https://dichvucong.gov.vn/\u202efpd.exe": "hidden_characters",
    "ht\ttps://dichvucong.gov.vn/": "hidden_characters",
    "https://dichvucong.gov.vn/VNeID.APK": "app_package_link",
    "https://a.example/VNeID%252Eapk": "app_package_link",
    "https://a.example/VNeID.apk%20": "app_package_link",
    "https://a.example/VNeID.apk/": "app_package_link",
    "https://a.example/x?file=VNeID.apk&v=2": "app_package_link",
    "https://a.example/vneid.mobileconfig": "app_package_link",
    "https://a.example/mau.7z": "app_package_link",
    "https://wa.me/settings/linked_devices#2@x": "login_session",
    "JavaScript:alert(1)": "unsafe_scheme",
    "java\nscript:alert(1)": "unsafe_scheme",
    "data:text/html;base64,PHA+": "unsafe_scheme",
    "itms-services://?action=download-manifest&url=https://a.example/x.plist": "unsafe_scheme",
    "market://details?id=com.x": "unsafe_scheme",
    "otpauth-migration://offline?data=abc": "otp_secret",
    "TG://LOGIN?token=AQID": "login_session",
    "FIDO:/0123456789": "login_session",
    "ethereum:0x52908400098527886E0F7030069857D2E4169EE7": "crypto_address",
    "0x52908400098527886E0F7030069857D2E4169EE7": "crypto_address",
    "TLyqzVGLV1srkB7dToTAEqgDSfPtXRJZYH": "crypto_address",
}

CAUTIONS = {
    "https://gso.gov.vn/": {"gov_vn_unlisted"},
    "https://dichvucong.hanoi.gov.vn/": {"gov_vn_unlisted"},
    "https://gov.vn/": {"gov_vn_unlisted"},
    "https://tênmiền.vn/": {"idn_domain"},
    "https://xn--tnmin-hsa2954c.vn/": {"idn_domain"},
    "https://bom.so/abc": {"url_shortener"},
    "https://www.facebook.com/ubndxa": {"chat_link"},
    "https://docs.google.com/forms/d/e/x/viewform": {"form_link"},
    "https://docs.google.com/document/d/x": {"file_share_link"},
    "https://play.google.com/store/apps/details?id=com.vnid": {"app_store_link"},
    "https://metaxi-hanoi.vn/": {"unknown_domain"},
    "https://baochinhphu.vn/": {"unknown_domain"},
    "http://example.com": {"unknown_domain", "not_https"},
    "example.com/trang": {"unknown_domain", "not_https"},
    "http://chinhphu.vn/": {"official_domain", "not_https"},
    "https://DichVuCong.gov.vn.:8443/": {"official_domain", "odd_port"},
    "https://dichvucong.gov.vn/r?u=http%3A%2F%2Fevil.example": {"official_domain", "redirect_parameter"},
    "https://dichvucong.gov.vn/r?u=%2F%2Fevil.example": {"official_domain", "redirect_parameter"},
    "URL:https://example.com/": {"unknown_domain"},
    "MEBKM:TITLE:Trang;URL:https://example.com/;;": {"unknown_domain"},
    "tel:*21*0900000000%23": {"phone_call"},
    "sms:8000?body=NAP": {"sms_compose"},
    "momo://pay?x=1": {"app_deeplink"},
    "zalo:chat-x": {"app_deeplink"},
}

MATCHES = [
    "https://dichvucong.gov.vn",
    "HTTPS://VNEID.GOV.VN/",
    "https://dichvucong.gov.vn:443/a?b=c#d",
    "gdt.gov.vn/",
    "https://xaydungchinhsach.chinhphu.vn/bai",
    "https://dichvucong.gov.vn./",
]

NOT_PAYMENTS = {
    "WIFI:T:nopass;S:UBND;;": "wifi",
    "begin:vcard\r\nFN:Mau": "contact",
    "MECARD:N:Mau;TEL:0900000000;;": "contact",
    "geo:21.0,105.8": "geo",
    "mailto:a@b.vn": "email",
    "MATMSG:TO:a@b.vn;;": "email",
    "001099000001||Nguyễn Văn Mẫu|01011990|Nam|Mẫu An|01012022||": "personal_id",
    "STT:12": "text",
    "Ghi chú: nộp trước 17 giờ": "text",
    "note: abc": "text",
    "12/2026": "text",
    "01.01/2026": "text",
    "H21.48-260815-0007": "text",
    "ton: 5 kg": "text",
    "a|b|c|d|e|f|g": "text",
    "\ud83d": "text",
    "\u200b": "text",
}


@pytest.fixture(scope="module")
def codes() -> Codes:
    return Codes.load()


@pytest.mark.parametrize("payload", STOPS)
def test_dangerous_contents_are_stopped(payload: str, codes: Codes) -> None:
    verdict = codes.check(payload)
    assert verdict.level == "stop"
    assert STOPS[payload] in verdict.reasons


@pytest.mark.parametrize("payload", CAUTIONS)
def test_doubtful_contents_ask_for_caution_and_no_more(payload: str, codes: Codes) -> None:
    verdict = codes.check(payload)
    assert (verdict.level, set(verdict.reasons)) == ("caution", CAUTIONS[payload])


@pytest.mark.parametrize("payload", MATCHES)
def test_the_sites_of_the_state_are_known(payload: str, codes: Codes) -> None:
    verdict = codes.check(payload)
    assert (verdict.level, verdict.reasons) == ("match", ("official_domain",))


@pytest.mark.parametrize("payload", NOT_PAYMENTS)
def test_harmless_contents_alarm_nobody(payload: str, codes: Codes) -> None:
    verdict = codes.check(payload)
    assert (verdict.level, verdict.kind) == ("not_payment", NOT_PAYMENTS[payload])


def test_every_official_site_and_everything_below_it_is_a_match(codes: Codes) -> None:
    for host in ("dichvucong.gov.vn", "vneid.gov.vn", "bocongan.gov.vn", "dancuquocgia.gov.vn", "gdt.gov.vn",
                 "baohiemxahoi.gov.vn", "chinhphu.vn"):  # fmt: skip
        assert codes.check(f"https://{host}/").level == "match"
        assert codes.check(f"https://a.b-c.{host}/x").level == "match"
        assert codes.check(f"https://{host}.vn/").level != "match"
        assert codes.check(f"https://x{host}/").level != "match"


def test_the_host_is_told_as_a_person_would_see_it(codes: Codes) -> None:
    assert codes.check("https://xn--vned-n9d.gov.vn/").fields == {"host": "vneіd.gov.vn"}
