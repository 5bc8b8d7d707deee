"""What a button gives to the web client."""


def open_form(model, record_id):
    """Open one record.

    :param str model: its technical name
    :param int record_id: its id
    """
    return {"type": "ir.actions.act_window", "res_model": model, "res_id": record_id, "view_mode": "form"}
