"""What garbage is made of: words, field names, methods and headers that programs should never meet."""

FORM = b"application/x-www-form-urlencoded"
_METHODS = b"GET POST PUT PATCH DELETE HEAD OPTIONS TRACE QUERY get X"
METHODS = tuple(_METHODS.split())
# Values that are wrong nearly everywhere.
WRONG = (
    *("", " ", "~", "-1", "1e9", "NaN", "null", "9" * 30, "9" * 5_000, "x" * 9_000, "\0", "\r\n"),
    *("..", "../../etc/passwd", "%", "%zz", "%00", "%ff", "+", ",", ",,,,", "a,b", "\u00e9", "\U0001f600"),
    *("2026-02-30", "0000-00-00", "9999-12-31T23:59:59.999999999+23:59", "0001-01-01T00:00:00+14:00"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "${jndi:ldap://x}", "javascript:1", "//evil"),
)
# Values that are right somewhere.
_RIGHT = """
0 1 true 1000 2026-11-20 Detailed ISync FSync authorization_code refresh_token code none page S256 ReadCallLog
W10.W10.W10 eyJhbGciOiJIUzI1NiJ9.e30.AAAA eyJhbGciOiJub25lIn0.e30. openid
urn:ietf:params:oauth:grant-type:jwt-bearer urn:ietf:params:oauth:client-assertion-type:jwt-bearer
"""
RIGHT = tuple(_RIGHT.split())
_FIELDS = """
grant_type code redirect_uri client_id client_secret refresh_token token scope state nonce code_verifier
assertion client_assertion client_assertion_type access_token_ttl endpoint_id response_type prompt display
brand_id ui_locales code_challenge code_challenge_method username password extension decision csrf_token
name desc description type public view dateFrom dateTo page perPage syncType syncToken recordCount phoneNumber
extensionNumber sessionId direction _method access_token contentDispositionFilename permissions label
advance set mode parties url id seed start employees quirks after until redirectUris first_name email tables
version clientId
"""
FIELDS = tuple(_FIELDS.split())
HEADERS: dict[bytes, tuple[bytes, ...]] = {
    b"Accept": (b"text/html", b"*/*;q=nan", b"text/html;q=1e999", b",;=,", b"a/b;q=\xff", b"a" * 5_000),
    b"Accept-Language": (b"de;q=x", b"*", b"\xe9", b"," * 2_000, b"en-" + b"x" * 3_000),
    b"Authorization": (b"Bearer", b"Bearer " + b"x" * 5_000, b"Basic ====", b"Basic /w==", b"\xff\xfe"),
    b"Content-Encoding": (b"gzip", b"identity", b"br, br"),
    b"Content-Type": (FORM, b"application/json", b"multipart/form-data; boundary=", b"\xff", b";;="),
    b"Cookie": (b"=;=;", b"\xff=\xff", b"a=" + b"b" * 4_000, b'rb="\\"', b"; " * 500),
    b"Host": (b"[", b"localhost:99999", b"a@b", b"\xff", b"evil.example", b"localhost:\xb2"),
    b"If-Range": (b'"x', b"W/", b"\xff"),
    b"Origin": (b"null", b"http://evil.example", b"\xff", b"http://[", b"file://"),
    b"Range": (b"bytes=-0", b"bytes=9-1", b"bytes=" + b"9" * 400 + b"-", b"bytes=0-0,1-1", b"lines=\xb2-"),
    b"Referer": (b"http://[::1", b"\xff"),
    b"Sec-Fetch-Site": (b"cross-site", b"\xff"),
    b"Transfer-Encoding": (b"identity",),
    b"X-Forwarded-For": (b"\xff, 1.2.3.4",),
    b"X-HTTP-Method-Override": (b"DELETE", b"PUT", b"\xff", b"x" * 300, b""),
}
DEEP = (b"[" * 30_000, b'{"a":' * 9_000, b'"' * 500, b"1" * 6_000)
MANY_FIELDS = b"&".join(b"a%d=" % count for count in range(1_500))
TAILS = ("", "", "", "", "", "/", "//", "/.", "%2f", "%00", ";a=b", "/..", "%C3%28", "/~")
