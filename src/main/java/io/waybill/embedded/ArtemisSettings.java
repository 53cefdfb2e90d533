package io.waybill.embedded;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What may be chosen about the embedded Artemis.
 *
 * @param host on which clients are accepted
 * @param port for clients by TCP; 0 accepts none
 * @param access decides about users; the broker itself is not asked for
 * @param addressBytes what an address may hold in memory before it is written to pages
 * @param totalBytes what all addresses together may hold in memory
 * @param duplicateIds how many duplicate ids are remembered for each address
 * @param freeBytes how much space has to stay free on the volume; below, senders get an error
 * @param ssl the certificate for clients by TCP, asked for with every connection; without it, they
 *     speak unencrypted
 */
public record ArtemisSettings(
    String host,
    int port,
    ArtemisAccess access,
    long addressBytes,
    long totalBytes,
    int duplicateIds,
    long freeBytes,
    @Nullable Supplier<SSLContext> ssl) {

  private static final int MEGABYTE = 1024 * 1024;

  public static ArtemisSettings defaults(ArtemisAccess access) {
    return new ArtemisSettings(
        "127.0.0.1", 61616, access, 20 * MEGABYTE, 128 * MEGABYTE, 200_000, 256 * MEGABYTE, null);
  }

  public ArtemisSettings withPort(int newPort) {
    return new ArtemisSettings(
        host, newPort, access, addressBytes, totalBytes, duplicateIds, freeBytes, ssl);
  }

  public ArtemisSettings withHost(String newHost) {
    return new ArtemisSettings(
        newHost, port, access, addressBytes, totalBytes, duplicateIds, freeBytes, ssl);
  }

  public ArtemisSettings withMemory(long newAddressBytes, long newTotalBytes) {
    return new ArtemisSettings(
        host, port, access, newAddressBytes, newTotalBytes, duplicateIds, freeBytes, ssl);
  }

  public ArtemisSettings withDuplicateIds(int number) {
    return new ArtemisSettings(
        host, port, access, addressBytes, totalBytes, number, freeBytes, ssl);
  }

  public ArtemisSettings withFreeBytes(long bytes) {
    return new ArtemisSettings(
        host, port, access, addressBytes, totalBytes, duplicateIds, bytes, ssl);
  }

  public ArtemisSettings withSsl(Supplier<SSLContext> certificate) {
    return new ArtemisSettings(
        host, port, access, addressBytes, totalBytes, duplicateIds, freeBytes, certificate);
  }
}
