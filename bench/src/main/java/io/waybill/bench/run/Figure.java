package io.waybill.bench.run;

import java.util.function.ToDoubleFunction;

/**
 * A number that a sample says.
 *
 * @param name as in the JSON of the report
 * @param label short, with its unit
 * @param title in words
 * @param decimals how many of them are told
 * @param of where it is found
 */
public record Figure(
    String name, String label, String title, int decimals, ToDoubleFunction<Sample> of) {

  /** What most conditions ask for. */
  public static final Figure RATE =
      new Figure("per_second", "/s", "Documents per second", 0, Sample::rate);

  /** One that only this condition has. */
  public static Figure own(String name, String label, String title, int decimals) {
    return new Figure(name, label, title, decimals, sample -> sample.figure(name));
  }

  /** As it is printed. */
  public String text(double value) {
    return ("%,." + decimals + "f").formatted(value);
  }
}
