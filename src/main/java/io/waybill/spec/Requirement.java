package io.waybill.spec;

import io.waybill.message.PostedAs;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be true before a message of an operation may be posted. */
public sealed interface Requirement {

  /** Where it is written. */
  Place at();

  /**
   * Another message was posted at its destination.
   *
   * @param operation of that message
   * @param found under what it is found; any one of these is enough
   * @param within how long to wait for it; null for without end
   * @param fails whether the waiting message fails then, rather than being held for a person
   */
  record Posted(
      String operation, List<Under> found, @Nullable Duration within, boolean fails, Place at)
      implements Requirement {

    /** Another message, found under one of these. */
    public Posted {
      found = List.copyOf(found);
    }
  }

  /**
   * Under what the other message is found.
   *
   * @param by its key, id or business id
   * @param value yields it from the document of the waiting message
   */
  record Under(PostedAs.By by, Expression value) {}

  /**
   * The document has a field, or another operation announced it.
   *
   * @param condition that field is there, or equal to a text
   * @param field as it is written, e.g. {@code /approvedBy}
   */
  record Field(Condition condition, String field, Place at) implements Requirement {}
}
