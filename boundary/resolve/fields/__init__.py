"""Which fields of an answer or a message code reads, and which it sends, by following values through the program.

``words`` holds the names by which values are followed, ``shapes`` the fields that classes declare, ``callers`` says who
calls a function, ``flow`` follows one answer, ``sent`` says what a request holds, ``uses`` puts it together.
"""
