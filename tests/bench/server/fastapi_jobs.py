"""The job list of `ettametta serve` as a FastAPI program would write it: same database, same query, same JSON."""
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import time
from datetime import datetime, timezone

from fastapi import FastAPI, HTTPException, Request

COLUMNS = ("id kind state reason_code reason next_action priority attempt attempts_max deadline_at progress stage "
           "eta_seconds parent_id created_at updated_at started_at finished_at").split()
TIMES = {"deadline_at", "created_at", "updated_at", "started_at", "finished_at"}
QUERY = f"SELECT {', '.join(COLUMNS)} FROM jobs WHERE owner_id = ? ORDER BY id DESC LIMIT ?"

app = FastAPI()
database = sqlite3.connect(os.environ["JOBS_DATABASE"], check_same_thread=False)
secret = os.environ["JOBS_SECRET"].encode()


def owner_of(request: Request) -> str:
    try:
        head, payload, signature = request.headers["authorization"].removeprefix("Bearer ").split(".")
        expected = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.urlsafe_b64decode(signature + "=="), expected):
            raise ValueError("signature")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        if claims["exp"] < time.time():
            raise ValueError("expired")
        return claims["sub"]
    except (KeyError, ValueError) as error:
        raise HTTPException(401) from error


def text_of(milliseconds):
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat().replace("+00:00", "Z")


@app.get("/api/v1/jobs")
async def jobs(request: Request, limit: int = 50):
    rows = database.execute(QUERY, (owner_of(request), limit + 1)).fetchall()
    items = [{name: text_of(value) if name in TIMES else value for name, value in zip(COLUMNS, row)}
             for row in rows[:limit]]
    return {"items": items, "next_cursor": items[-1]["id"] if len(rows) > limit else None}
