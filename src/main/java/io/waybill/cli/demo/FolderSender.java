package io.waybill.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A partner who drops files: written under a name that is not read, then renamed, so that nobody
 * ever sees half a file.
 */
final class FolderSender implements Sender {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  FolderSender(Path folder) {
    this.folder = folder;
  }

  @Override
  public String send(Sample sample, boolean again) throws IOException {
    String name = again ? nameOfCopy(sample) : sample.name();
    Path partial = folder.resolve("." + name + ".tmp");
    Files.write(partial, sample.body());
    Files.move(partial, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    return "receipt: duplicate";
  }

  /** Another file with the same content; its name sorts directly behind the first. */
  private static String nameOfCopy(Sample sample) {
    String name = sample.name();
    int dot = name.lastIndexOf('.');
    return name.substring(0, dot) + "_again" + name.substring(dot);
  }

  /** Whether there is a receipt for everything that was dropped. */
  boolean answered(Sample sample, boolean again) {
    return Files.exists(receipt(sample, again));
  }

  /** What the receipt of a copy says. */
  String answer(Sample sample) {
    try {
      JsonNode receipt = JSON.readTree(receipt(sample, true).toFile());
      return "receipt: %s of message %s"
          .formatted(receipt.path("result").asText(), receipt.path("duplicate_of").asText("?"));
    } catch (IOException e) {
      return "no receipt";
    }
  }

  private Path receipt(Sample sample, boolean again) {
    String name = again ? nameOfCopy(sample) : sample.name();
    return folder.resolve("accepted").resolve(name + ".receipt.json");
  }
}
