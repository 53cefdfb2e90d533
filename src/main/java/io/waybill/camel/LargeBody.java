package io.waybill.camel;

import io.waybill.message.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.component.file.GenericFile;
import org.jspecify.annotations.Nullable;

/**
 * The body of an exchange, to be read twice: once for its fingerprint, which its documents' ids are
 * made of, and once for the documents. What streams by only once goes through a temporary file.
 */
final class LargeBody implements AutoCloseable {

  private final byte @Nullable [] bytes;
  private final @Nullable Path file;
  private final boolean temporary;
  private final @Nullable FileTime changed;
  private final long size;
  private final String sha256;

  private LargeBody(byte[] bytes) {
    this.bytes = bytes;
    this.file = null;
    this.temporary = false;
    this.changed = null;
    this.size = bytes.length;
    this.sha256 = Fingerprint.of(bytes).hex();
  }

  private LargeBody(Path file, boolean temporary) throws IOException {
    this.bytes = null;
    this.file = file;
    this.temporary = temporary;
    this.changed = Files.getLastModifiedTime(file);
    this.size = Files.size(file);
    this.sha256 = sha256(file);
  }

  /** The body of a message. */
  static LargeBody of(Message message) throws IOException, InvalidPayloadException {
    Object body = message.getBody();
    if (body instanceof byte[] whole) {
      return new LargeBody(whole);
    }
    if (body instanceof CharSequence text) {
      return new LargeBody(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    if (body instanceof GenericFile<?> remote && remote.getFile() instanceof File local) {
      return new LargeBody(local.toPath(), false);
    }
    if (body instanceof File local) {
      return new LargeBody(local.toPath(), false);
    }
    return body instanceof Path local ? new LargeBody(local, false) : spooled(message, body);
  }

  private static LargeBody spooled(Message message, @Nullable Object body)
      throws IOException, InvalidPayloadException {
    Path file = Files.createTempFile("waybill-", ".large");
    boolean kept = false;
    try (InputStream stream = message.getMandatoryBody(InputStream.class);
        OutputStream out = Files.newOutputStream(file)) {
      stream.transferTo(out);
      kept = true;
    } finally {
      if (!kept) {
        Files.deleteIfExists(file);
      }
      if (body instanceof StreamCache cache) {
        cache.reset();
      }
    }
    return new LargeBody(file, true);
  }

  static String sha256(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return Fingerprint.of(stream).hex();
    }
  }

  InputStream open() throws IOException {
    if (bytes != null) {
      return new ByteArrayInputStream(bytes);
    }
    return Files.newInputStream(java.util.Objects.requireNonNull(file));
  }

  /** In bytes. */
  long size() {
    return size;
  }

  /** Of its bytes, in hexadecimal. */
  String sha256() {
    return sha256;
  }

  /** Whether somebody has written to it since its fingerprint was taken. */
  boolean hasChanged() throws IOException {
    return file != null
        && (Files.size(file) != size || !Files.getLastModifiedTime(file).equals(changed));
  }

  @Override
  public void close() throws IOException {
    if (temporary && file != null) {
      Files.deleteIfExists(file);
    }
  }
}
