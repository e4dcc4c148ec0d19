"""Lightspeed Retail sales in, Prima documents out, every penny explained."""
