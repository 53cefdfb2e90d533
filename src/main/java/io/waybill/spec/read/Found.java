package io.waybill.spec.read;

/** What an expression finds in a document. */
sealed interface Found {

  /** The most characters that an id or a key may have. */
  int LONGEST = 200;

  /** Nothing of that name is in the document. */
  Found MISSING = new Absent("there is no such field in the document");

  /** JSON's null. */
  Found NULL = new Absent("it is null");

  /** No characters but white space. */
  Found EMPTY = new Absent("it is empty");

  /**
   * One usable text, trimmed.
   *
   * @param holds false for the result "false" of an XPath that computes a truth
   */
  record Text(String text, boolean holds) implements Found {

    Text(String text) {
      this(text, true);
    }
  }

  /** Nothing. */
  record Absent(String why) implements Found {}

  /** The document is of another type than the expression. */
  record Foreign(String why) implements Found {}

  /** Something that is not one usable text. */
  record Unusable(String why) implements Found {}

  /** What a text as it stands in the document is worth. */
  static Found of(String raw) {
    String text = raw.strip();
    if (text.isEmpty()) {
      return EMPTY;
    }
    int length = text.codePointCount(0, text.length());
    if (length > LONGEST) {
      return new Unusable(
          "it has %d characters, at most %d are allowed".formatted(length, LONGEST));
    }
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      if (Quoted.unfit(character)) {
        return new Unusable(
            "it contains %s, which is not allowed"
                .formatted(
                    Character.isISOControl(character)
                        ? "the control character " + Quoted.name(character)
                        : "half of a character, " + Quoted.name(character)));
      }
      at += Character.charCount(character);
    }
    return new Text(text);
  }
}
