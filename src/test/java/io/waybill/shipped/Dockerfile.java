package io.waybill.shipped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The instructions that an image is built by.
 *
 * @param instructions in their order
 */
public record Dockerfile(List<Instruction> instructions) {

  private static final Pattern VERSION =
      Pattern.compile("<artifactId>waybill</artifactId>\\s*<version>([^<]+)</version>");

  /** One instruction, its continued lines joined. */
  public record Instruction(String name, String words) {}

  /** The one that goes into the package. */
  public static Dockerfile shipped() throws IOException {
    List<Instruction> instructions = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("packaging/Dockerfile"))) {
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      boolean goesOn = line.endsWith("\\");
      open.append(goesOn ? line.substring(0, line.length() - 1) : line);
      if (!goesOn) {
        String[] parts = open.toString().strip().split("\\s+", 2);
        instructions.add(new Instruction(parts[0], parts[1]));
        open.setLength(0);
      }
    }
    return new Dockerfile(instructions);
  }

  /** The version that is built here, which the image is named after. */
  public static String projectVersion() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    if (!version.find()) {
      throw new AssertionError("no version in pom.xml");
    }
    return version.group(1);
  }

  /** The words of every instruction of that name. */
  public List<String> all(String name) {
    return instructions.stream()
        .filter(instruction -> instruction.name().equals(name))
        .map(Instruction::words)
        .toList();
  }

  String last(String name) {
    List<String> all = all(name);
    if (all.isEmpty()) {
      throw new AssertionError("no " + name);
    }
    return all.get(all.size() - 1);
  }
}
