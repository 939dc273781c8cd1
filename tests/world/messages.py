"""Mail for new mailboxes: a plain text, one with an encoded subject, one with an attachment."""

from email.message import EmailMessage

SUBJECTS = ("Welcome to your mailbox", "Grüße aus Łódź", "The minutes you asked for")


def sample_messages(address, count):
    return [_message(address, number) for number in range(count)]


def _message(address, number):
    message = EmailMessage()
    message["From"] = "Postmaster <postmaster@provider.example>"
    message["To"] = address
    message["Subject"] = SUBJECTS[number % len(SUBJECTS)]
    message["Date"] = "Mon, 02 Mar 2026 09:30:00 +0000"
    message["Message-ID"] = f"<{number}.{address}>"
    message.set_content(f"Hello {address},\n\nthis is message {number + 1}.\n")
    if number % len(SUBJECTS) == 2:
        message.add_attachment(bytes(range(256)) * 8, maintype="application", subtype="octet-stream",
                               filename="minutes.bin")  # fmt: skip
    return message.as_bytes()
