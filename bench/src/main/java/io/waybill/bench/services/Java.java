package io.waybill.bench.services;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a class of the benchmark becomes a process: by the same JVM and the same class path. */
public final class Java {

  private Java() {}

  /** The java that runs here. */
  public static String program() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The command that runs the main method of a class. */
  public static List<String> command(List<String> jvm, Class<?> main, String... arguments) {
    return command(jvm, classPath(), main.getName(), arguments);
  }

  /** The same with another class path, on which there may be classes that are not on this one. */
  public static List<String> command(
      List<String> jvm, String classPath, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program());
    command.addAll(jvm);
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    command.addAll(List.of(arguments));
    return command;
  }

  /** Every process has a current folder of its own. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
