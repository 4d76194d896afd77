"""Tables, drawings and figures that are computed for a page, and the directive that asks for them."""
