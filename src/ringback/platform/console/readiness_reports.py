"""A readiness report as JSON and as JUnit XML, for programs and CI jobs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from ringback.platform.app_values import App
from ringback.platform.clock import iso
from ringback.platform.console.graduation import PROFILES, Report

# What XML 1.0 cannot hold.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(report: Report, app: App, now: datetime) -> dict[str, Any]:
    """The report as JSON values; `now` (UTC) is when it was made."""
    return {
        "clientId": app.client_id,
        "name": app.name,
        "profile": report.profile,
        "time": iso(now),
        "window": {"since": report.since.isoformat(), "until": report.until.isoformat()},
        "met": report.met,
        "graduated": app.frozen,
        "checks": [
            {
                "id": check.id,
                "title": check.title,
                "met": check.met,
                "found": check.found,
                "wanted": check.wanted,
            }
            for check in report.checks
        ],
        "endpoints": [
            {
                "method": endpoint.method,
                "path": endpoint.path,
                "calls": endpoint.calls,
                "successful": endpoint.successful,
                "statuses": {str(status): calls for status, calls in endpoint.statuses},
            }
            for endpoint in report.endpoints
        ],
    }


def as_junit(report: Report, app: App, now: datetime) -> bytes:
    """The report as JUnit XML: a test suite with one case for each rule."""
    from xml.etree import ElementTree as Xml  # imported when it is asked for: start-up counts

    failures = sum(not check.met for check in report.checks)
    figures = {"tests": str(len(report.checks)), "failures": str(failures), "errors": "0"}
    suites = Xml.Element("testsuites", {"name": "ringback readiness", **figures})
    suite = Xml.SubElement(
        suites,
        "testsuite",
        {
            "name": _text(f"{PROFILES[report.profile]}: {app.name}"),
            **figures,
            "skipped": "0",
            "timestamp": iso(now),
        },
    )
    for check in report.checks:
        case = Xml.SubElement(
            suite, "testcase", {"classname": f"readiness.{report.profile}", "name": check.title}
        )
        told = _text(f"found {check.found}; wanted {check.wanted}")
        if not check.met:
            Xml.SubElement(case, "failure", {"message": told, "type": check.id}).text = told
    Xml.indent(suites)
    text: bytes = Xml.tostring(suites, encoding="utf-8", xml_declaration=True)
    return text


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
