"""The dashboard: the same studies as the command line, with levers to move and charts to look at.

`view` turns what is set on the page into scenarios, commands and files; `levers` makes the inputs from the
registry; `figures` and `charts` turn a comparison into what only this page shows, and the rest is the report's
(`zhizao.report`); `sidebar`, `panels` and `page` are the Streamlit page, and `server` starts it. All but the last four
can be used and tested without a browser.
"""
