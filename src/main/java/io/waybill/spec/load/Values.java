package io.waybill.spec.load;

import io.waybill.spec.Place;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads texts, numbers, times and names; what is wrong becomes a problem and a default. */
final class Values {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private final Problems problems;

  Values(Problems problems) {
    this.problems = problems;
  }

  /** A single text. */
  @Nullable String text(Node node, String what) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    problems.error(node.at(), "%s is a single text, not %s", what, node.kind());
    return null;
  }

  /** A name by the rules for names. */
  @Nullable String name(Node node, String what) {
    String text = text(node, what);
    return text == null || !isName(text, node.at(), what) ? null : text;
  }

  boolean isName(String text, Place at, String what) {
    if (NAME.matcher(text).matches()) {
      return true;
    }
    problems.error(
        at,
        "%s cannot be '%s'; write a letter followed by letters, digits, '_' or '-'",
        what,
        text);
    return false;
  }

  /** A time with its unit. */
  @Nullable Duration duration(@Nullable Node node, String what) {
    if (node == null) {
      return null;
    }
    String text = text(node, what);
    if (text == null) {
      return null;
    }
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      return Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
    }
    if (text.matches("[0-9]+")) {
      problems.error(
          node.at(),
          "%s has no unit: '%s'; write %ss, %sm, %sh, %sd or %sms",
          what,
          text,
          text,
          text,
          text,
          text,
          text);
    } else {
      problems.error(
          node.at(), "%s is no time: '%s'; write e.g. 500ms, 30s, 5m, 2h or 30d", what, text);
    }
    return null;
  }

  /** A time above zero; the other one where it is not given. */
  Duration positive(@Nullable Node node, String what, Duration other) {
    Duration duration = duration(node, what);
    if (duration == null) {
      return other;
    }
    if (duration.isZero() && node != null) {
      problems.error(node.at(), "%s cannot be zero; write e.g. 30s", what);
    }
    return duration;
  }

  /** A time above zero; null where it is not given. */
  @Nullable Duration positiveOrNone(@Nullable Node node, String what) {
    return node == null ? null : positive(node, what, Duration.ofDays(1));
  }

  /** A whole number from 1. */
  @Nullable Long count(@Nullable Node node, String what, long most) {
    if (node == null) {
      return null;
    }
    String text = text(node, what);
    if (text == null) {
      return null;
    }
    if (text.matches("[0-9]{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    problems.error(node.at(), "%s is '%s'; write a whole number from 1 to %d", what, text, most);
    return null;
  }

  /** A number in a range. */
  double number(@Nullable Node node, String what, double least, double most, double other) {
    String text = node == null ? null : text(node, what);
    if (node == null || text == null) {
      return other;
    }
    if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      double number = new BigDecimal(text).doubleValue();
      if (number >= least && number <= most) {
        return number;
      }
    }
    problems.error(
        node.at(),
        "%s is '%s'; write a number from %s to %s",
        what,
        text,
        plain(least),
        plain(most));
    return other;
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** The items of a list of single texts. */
  List<Node.Scalar> texts(@Nullable Node node, String what) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Listed list)) {
      problems.error(node.at(), "%s is a list, not %s; write [ ... ]", what, node.kind());
      return List.of();
    }
    List<Node.Scalar> texts = new ArrayList<>();
    for (Node item : list.items()) {
      if (item instanceof Node.Scalar scalar) {
        texts.add(scalar);
      } else {
        problems.error(item.at(), "%s lists single texts, not %s", what, item.kind());
      }
    }
    return texts;
  }

  /** A table of keys. */
  Node.@Nullable Table table(@Nullable Node node, String what) {
    if (node == null || node instanceof Node.Table) {
      return (Node.Table) node;
    }
    problems.error(node.at(), "%s is a table of keys, not %s", what, node.kind());
    return null;
  }
}
