package io.waybill.operator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The generated password of {@code admin}, in a file that only its owner may read. */
public final class AdminPassword {

  /** Its name below the data folder. */
  public static final String FILE = "admin-password";

  private static final Logger LOG = LoggerFactory.getLogger(AdminPassword.class);

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private AdminPassword() {}

  /** The password in that folder; made at the first call. */
  public static String in(Path dataFolder) {
    Path file = dataFolder.resolve(FILE);
    try {
      if (Files.exists(file)) {
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        String kept = Files.readString(file).strip();
        if (!kept.isEmpty()) {
          return kept;
        }
      }
      return generate(file);
    } catch (IOException e) {
      throw new AccessSettingsException(
          "%s cannot be read or written (%s). Give this user the folder, or configure waybill.users."
              .formatted(file, e),
          e);
    }
  }

  private static String generate(Path file) throws IOException {
    byte[] random = new byte[18];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path partial = file.resolveSibling(FILE + ".partial");
    Files.deleteIfExists(partial);
    Files.createFile(partial, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(partial, password + "\n", StandardOpenOption.SYNC);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    LOG.info("No users are configured; the password of user admin is in {}", file);
    return password;
  }
}
