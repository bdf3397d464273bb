"""Made-up photographs of QR codes, damaged as telephones and walls damage them, and how well they are read."""
