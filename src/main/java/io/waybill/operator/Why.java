package io.waybill.operator;

import io.waybill.journal.Moment.Stand;
import io.waybill.message.MessageRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a message stands where it stands: the chain from it to what has to change.
 *
 * @param at the moment of which this is true
 * @param message the message asked about, and what it waits for
 * @param root what is at the end of the chain
 * @param further the ends of the other branches, where it waits for several things
 */
public record Why(Instant at, Link message, Root root, List<Root> further) {

  /** Answers it. */
  public interface Inquiry {

    /** Why a message stands where it stands; empty where there is no such message. */
    Optional<Why> why(long seq);
  }

  /**
   * A message in the chain.
   *
   * @param says how it stands, in words
   * @param stands where it stands in its lanes
   * @param causes what it waits for, the first of which decides
   * @param told whether its causes are told here
   */
  public record Link(
      MessageRow row, String says, List<Stand> stands, List<Cause> causes, Told told) {}

  /** Where the causes of a message are told. */
  public enum Told {
    /** Here. */
    HERE,
    /** Further up in the same answer. */
    ABOVE,
    /** Nowhere: it waits for itself by way of others. */
    CIRCLE,
    /** Not in this answer, which would be too long: ask about that message. */
    ELSEWHERE
  }

  /**
   * What keeps a message from being posted.
   *
   * @param kind as a code
   * @param about the lane, prerequisite, link, destination or operation; null for the message
   * @param text in words
   * @param help what would help; null where another message has to go first
   * @param since since when; null where that is not known
   * @param until when it is tried again, or ends; null for not by itself
   * @param who the person who wants it so; null where nobody does
   * @param message the message that has to go first; null for none
   */
  public record Cause(
      Kind kind,
      @Nullable String about,
      String text,
      @Nullable String help,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable String who,
      @Nullable Link message) {

    static Cause of(Kind kind, @Nullable String about, String text, @Nullable String help) {
      return new Cause(kind, about, text, help, null, null, null, null);
    }

    Cause since(@Nullable Instant moment) {
      return new Cause(kind, about, text, help, moment, until, who, message);
    }

    Cause until(@Nullable Instant moment) {
      return new Cause(kind, about, text, help, since, moment, who, message);
    }

    Cause by(@Nullable String person) {
      return new Cause(kind, about, text, help, since, until, person, message);
    }

    Cause waitingFor(@Nullable Link first) {
      return new Cause(kind, about, text, help, since, until, who, first);
    }
  }

  /**
   * The end of a branch.
   *
   * @param seq the message that stands there
   */
  public record Root(
      long seq, Kind kind, @Nullable String about, String text, @Nullable String help) {}

  /** What may keep a message from being posted. */
  public enum Kind {
    /** Nothing does: it is closed, or about to go on. */
    NOTHING,
    /** Another message of one of its lanes is first. */
    TURN,
    /** Something it requires is missing. */
    PREREQUISITE,
    /** A person paused its lane, destination or operation. */
    PAUSE,
    /** A link it needs is missing. */
    LINK,
    /** The destination as a whole cannot be reached. */
    DESTINATION,
    /** No route to the destination runs. */
    ROUTE,
    /** As many are under way to the destination as it takes at once. */
    SLOTS,
    /** The next try is due at a stored time. */
    BACK_OFF,
    /** It is on its way. */
    POSTING,
    /** It is being undone. */
    CANCELLING,
    /** The answer was lost, and a person has to look. */
    IN_DOUBT,
    /** A person has to decide. */
    FAILED,
    /** It waits for itself by way of others. */
    CIRCLE,
    /** Something else, said by reason and detail of the message. */
    OTHER;

    private final String code = name().toLowerCase(java.util.Locale.ROOT);

    /** As written in answers, e.g. {@code in_doubt}. */
    public String code() {
      return code;
    }
  }
}
