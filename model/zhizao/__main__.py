"""``python -m zhizao``: the same as the command ``zhizao``."""

from zhizao.commands.cli import main

if __name__ == "__main__":
    main()
