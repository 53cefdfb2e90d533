package io.waybill.cli.demo;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where the demo speaks: on a terminal a table is drawn over the one before, elsewhere lines follow
 * one another.
 */
public final class Screen {

  private static final String UP = "\u001b[%dA";
  private static final long SAID_EVERY_NANOS = 1_000_000_000L;
  private static final String CLEAR_LINE = "\u001b[2K";

  private final PrintStream out;
  private final boolean live;
  private final boolean plainLetters;
  private int drawn;
  private String said = "";
  private long saidAt = System.nanoTime() - SAID_EVERY_NANOS;

  /**
   * A screen.
   *
   * @param live whether it is a terminal that can draw in place
   * @param plainLetters whether it shows no more than ASCII
   */
  Screen(PrintStream out, boolean live, boolean plainLetters) {
    this.out = out;
    this.live = live;
    this.plainLetters = plainLetters;
  }

  /** Standard output. */
  public static Screen standard() {
    String terminal = System.getenv("TERM");
    boolean live = terminal != null && !terminal.equals("dumb") && isTerminal(System.console());
    return new Screen(System.out, live, !charset().newEncoder().canEncode("✓→·"));
  }

  /** From Java 22 on there is always a console, and it has to be asked whether it is one. */
  private static boolean isTerminal(@org.jspecify.annotations.Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static Charset charset() {
    String name = System.getProperty("stdout.encoding");
    try {
      return name == null ? Charset.defaultCharset() : Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return StandardCharsets.US_ASCII;
    }
  }

  /** Says something that stays. */
  public void say(String text) {
    drawn = 0;
    out.println(shown(text));
    out.flush();
  }

  /**
   * Draws a table over the last one, or now and then a line where nothing can be drawn over.
   *
   * @param last whether no further one follows
   */
  void show(List<String> table, String line, boolean last) {
    if (live) {
      draw(table);
      return;
    }
    long now = System.nanoTime();
    if (!line.equals(said) && (last || now - saidAt >= SAID_EVERY_NANOS)) {
      said = line;
      saidAt = now;
      say(line);
    }
  }

  private void draw(List<String> table) {
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append(UP.formatted(drawn));
    }
    table.forEach(line -> frame.append(CLEAR_LINE).append(shown(line)).append('\n'));
    drawn = table.size();
    out.print(frame);
    out.flush();
  }

  private String shown(String text) {
    return plainLetters
        ? text.replace("✓", "ok").replace("✗", "WRONG").replace("→", "->").replace("·", "-")
        : text;
  }
}
