package io.waybill.message;

import org.jspecify.annotations.Nullable;

/**
 * A person's decision about something other than a message.
 *
 * @param verb what to do
 * @param name of what it is about; of a lane as {@link LaneName#parse} reads it
 * @param who the authenticated person
 * @param why the reason given; not blank
 * @param upTo the last number to do without, for {@code CLOSE_GAP}
 */
public record Order(Verb verb, String name, String who, String why, @Nullable Long upTo) {

  /** A decision that is about the thing as a whole. */
  public Order(Verb verb, String name, String who, String why) {
    this(verb, name, who, why, null);
  }

  /** What it is about, as written in the audit. */
  public String target() {
    return upTo == null ? name : name + " up to " + upTo;
  }

  /** What a person may do. */
  public enum Verb {
    /** Probe a link now. */
    CHECK_LINK("link check"),
    /** Declare a link down, whatever its probe says. */
    LINK_DOWN("link down"),
    /** Let the probe of a link decide again. */
    LINK_AUTO("link auto"),
    /** Let no message of a lane leave. */
    PAUSE_LANE("pause lane"),
    /** Let the messages of a lane leave again. */
    RESUME_LANE("resume lane"),
    /** Let no message to a destination leave. */
    PAUSE_DESTINATION("pause destination"),
    /** Let the messages to a destination leave again. */
    RESUME_DESTINATION("resume destination"),
    /** Let no message of an operation leave. */
    PAUSE_OPERATION("pause operation"),
    /** Let the messages of an operation leave again. */
    RESUME_OPERATION("resume operation"),
    /** Wait no more for numbers that a lane misses. */
    CLOSE_GAP("close gap");

    private final String text;

    Verb(String text) {
      this.text = text;
    }

    /** As written in the audit, e.g. {@code link down}. */
    public String text() {
      return text;
    }
  }
}
