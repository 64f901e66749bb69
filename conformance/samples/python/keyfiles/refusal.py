"""Why an input is refused: a reject class of tsp/1 and what was found on the way."""


class Refusal(Exception):
    def __init__(self, reject_class, text="", findings=None):
        super().__init__(text)
        self.reject_class = reject_class
        self.findings = findings or []


def finding(code, line=0, column=0):
    return {"code": code, "line": line, "column": column}
