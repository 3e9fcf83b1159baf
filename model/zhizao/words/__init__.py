"""What is said in English and in Chinese: texts in two files, one loader, and a glossary of terms."""
