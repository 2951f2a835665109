"""Requests to an exchange: refused locally, signed, sent, classified, recorded."""
