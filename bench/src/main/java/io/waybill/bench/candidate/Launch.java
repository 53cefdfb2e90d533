package io.waybill.bench.candidate;

import io.waybill.bench.services.Java;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param command program and arguments
 * @param environment what it finds in its environment, passwords above all
 * @param ready what it says when it takes documents
 */
public record Launch(List<String> command, Map<String, String> environment, String ready) {

  /** A program of the benchmark itself. */
  public static Launch program(Stage stage, Class<?> main, String... arguments) {
    return new Launch(
        Java.command(stage.jvm(), main, arguments),
        Surroundings.environment(stage),
        Surroundings.READY);
  }

  /** A program with a class path of its own. */
  public static Launch program(Stage stage, String classPath, String main, String... arguments) {
    return new Launch(
        Java.command(stage.jvm(), classPath, main, arguments),
        Surroundings.environment(stage),
        Surroundings.READY);
  }
}
