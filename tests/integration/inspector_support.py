"""What asks the inspector, as its page does."""

import http.client
import json
import urllib.parse


class Browser:
    """Keeps cookies and the CSRF token, as the page does."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.headers = {}

    def ask(self, path, method="GET", body=None, **headers):
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {**self.headers, **headers})
        answer = self.connection.getresponse()
        answer.text = answer.read().decode()
        if answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        return answer

    def look(self, path, status=200, **query):
        answer = self.ask(path + ("?" + urllib.parse.urlencode(query) if query else ""))
        assert answer.status == status, answer.text
        return json.loads(answer.text)

    def change(self, path, body=None, status=200):
        token = self.look("/api/session")["csrf"]
        answer = self.ask(path, "POST", body or {}, **{"X-CSRF-Token": token})
        assert answer.status == status, answer.text
        return json.loads(answer.text) if answer.text else None
