"""Evidence of the invented run; one answer is hostile to every program that shows it."""

from reports.results import inline_evidence

HOSTILE = '</script></pre><img src=x onerror="alert(1)">{{ 7 * 7 }}\x1b[31m\u202egnp.exe \ufffe'

OVERSOLD = inline_evidence(
    """# from 127.84.3.19 at 2026-11-23T21:31:07.412+00:00
POST /api/v2/orders HTTP/1.1
Host: 127.0.0.1:8443
Authorization: Bearer [redacted]
Content-Type: application/json
Idempotency-Key: 6f0e2c1b-9f0d-4b8e-a52c-5a1a6b1f9a02

{}
HTTP/1.1 201
Content-Type: application/json
X-Request-ID: 01JDBQ5V6Q2E8W0M3T7Y9KZ4NB
Cache-Control: private, no-store

{"id":"8127","number":"S-0008127","status":"placed","total":{"amount":"12.50","currency":"EUR"},"lines":[{"id":"1","quantity":1}]}
""",
    kind="exchange",
    media_type="message/http",
    redactions=["header Authorization", "a credential of the run"],
)
OVERSOLD_AGAIN = (
    'curl --include --request POST --header "Authorization: Bearer $ACCESS_TOKEN" --header '
    "'Content-Type: application/json' --data-raw '{}' \"$BASE_URL\"/api/v2/orders"
)
LEAK = inline_evidence(
    f"""GET /api/v2/products?search=%3Cscript%3E HTTP/1.1
Host: 127.0.0.1:8443

HTTP/1.1 500
Content-Type: text/html

<!DOCTYPE html><html><head><title>ProgrammingError at /api/v2/products</title></head><body>{HOSTILE}</body></html>
""",
    kind="exchange",
    media_type="message/http",
)
HISTORY = inline_evidence(
    "\n".join(
        f'{{"client":{client},"operation":"place order","invoked":{client * 0.0013:.4f},"status":{status}}}'
        for client, status in enumerate([201, 201, 201, 201, 201, 201, 409, 409])
    )
    + "\n",
    kind="history",
    media_type="application/x-ndjson",
)
