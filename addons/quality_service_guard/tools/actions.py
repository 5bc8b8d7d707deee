"""What a button gives to the web client."""


def open_form(model, record_id):
    """Open one record.

    :param str model: its technical name
    :param int record_id: its id
    """
    return {"type": "ir.actions.act_window", "res_model": model, "res_id": record_id, "view_mode": "form"}


def tally(title, skipped):
    """Tell what many records came to, name those that were skipped, and reload the page.

    :param str title: how many were done and skipped
    :param list skipped: a sentence for each record that was left as it is
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "title": title,
            "message": "\n".join(skipped),
            "type": "warning" if skipped else "success",
            "sticky": bool(skipped),
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
