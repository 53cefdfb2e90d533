package io.waybill.journal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The database cannot be used as it is; the message says what to do. */
public final class SchemaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Problem {
    /** Nobody answers at its address. */
    UNREACHABLE,
    /** User or password are wrong. */
    REFUSED_LOGIN,
    /** There is no database of that name. */
    NO_DATABASE,
    /** The user may not do what has to be done. */
    RIGHTS,
    /** The server is older than the oldest supported one. */
    TOO_OLD,
    /** The server takes no writes. */
    READ_ONLY,
    /** The database cannot hold every text. */
    ENCODING,
    /** A newer release of this program made the tables. */
    NEWER_SCHEMA,
    /** A migration failed. */
    MIGRATION
  }

  private final Problem problem;

  SchemaException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  /** By SQLState, with the remedy in the message. */
  static SchemaException of(@Nullable SQLException error, Exception cause) {
    Problem problem = problem(error);
    String seen = error == null ? cause.getMessage() : error.getMessage();
    return new SchemaException(problem, remedy(problem) + " (" + seen + ")", cause);
  }

  private static Problem problem(@Nullable SQLException error) {
    String state = error == null || error.getSQLState() == null ? "" : error.getSQLState();
    if (state.equals("28P01") || state.equals("28000")) {
      return Problem.REFUSED_LOGIN;
    }
    if (state.equals("3D000")) {
      return Problem.NO_DATABASE;
    }
    if (state.equals("42501")) {
      return Problem.RIGHTS;
    }
    if (state.equals("25006")) {
      return Problem.READ_ONLY;
    }
    // starting up, shutting down, too many connections
    boolean unreachable =
        state.startsWith("08") || state.startsWith("57P") || state.startsWith("53");
    return unreachable ? Problem.UNREACHABLE : Problem.MIGRATION;
  }

  private static String remedy(Problem problem) {
    return switch (problem) {
      case UNREACHABLE ->
          "The database cannot be reached; check spring.datasource.url and that the server runs";
      case REFUSED_LOGIN ->
          "The database refuses the login; check spring.datasource.username and"
              + " spring.datasource.password";
      case NO_DATABASE ->
          "The server has no such database; create it, or check spring.datasource.url";
      case RIGHTS ->
          "The database user lacks a right; it must own the schemas waybill_journal and waybill, or"
              + " be allowed to create them";
      case READ_ONLY -> "The server only reads; give the address of the primary";
      case TOO_OLD, ENCODING, NEWER_SCHEMA, MIGRATION ->
          "The tables could not be brought up to date; nothing was changed";
    };
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
