package io.waybill.camel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.GenericFileOperations;
import org.apache.camel.component.file.remote.RemoteFileConfiguration;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * A server that is asked through the one connection of a Camel consumer. For one thread at a time,
 * which Camel's consumers of such servers see to.
 *
 * <p>After a failure the connection is closed: an answer that is still under way would be taken for
 * that to the next question. The next question opens another one. Users and passwords are given to
 * Camel's objects and stand in no URI, which logs and JMX show.
 *
 * @param <T> what Camel lists entries as
 */
abstract class RemoteServer<T> {

  /** A connection that was not used for longer may have been closed by the server. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private @Nullable RemoteFileOperations<T> operations;
  private @Nullable RemoteFileEndpoint<T> endpoint;
  private long used;

  /** A question to the server. */
  @FunctionalInterface
  interface Question<T, R> {
    R ask(RemoteFileOperations<T> operations) throws IOException;
  }

  /** Takes over the connection of a consumer before it is opened. */
  final void attach(
      GenericFileOperations<T> newOperations, GenericFileEndpoint<T> newEndpoint, Path spool) {
    RemoteFileOperations<T> asked = (RemoteFileOperations<T>) newOperations;
    RemoteFileEndpoint<T> configured = (RemoteFileEndpoint<T>) newEndpoint;
    configured.setLocalWorkDirectory(spool.toString());
    configure(configured.getConfiguration(), asked);
    operations = asked;
    endpoint = configured;
  }

  /** Says who logs in, and how the server is recognised. */
  abstract void configure(
      RemoteFileConfiguration configuration, RemoteFileOperations<T> operations);

  /** The name of an entry, as the server says. */
  abstract String name(T entry);

  /** How an entry looks, as the server says. */
  abstract PartnerFolder.Look look(T entry);

  abstract boolean isFolder(T entry);

  /** Whether the server said no, and the connection stands. */
  abstract boolean isRefusal(GenericFileOperationFailedException failure);

  /** What the server said last. */
  abstract String lastWord();

  /** What to do about a failure, in words; null where its own say enough. */
  abstract @Nullable String remedy(Throwable cause);

  /** Below the folder in which the user begins. */
  final String folder() {
    return configuration().getDirectory();
  }

  /** For people: no password is in it. */
  final String address() {
    return endpoint == null ? "the server" : configuration().remoteServerInformation();
  }

  final String host() {
    return configuration().getHost();
  }

  final int port() {
    return configuration().getPort();
  }

  private RemoteFileConfiguration configuration() {
    return Objects.requireNonNull(endpoint, "attached first").getConfiguration();
  }

  /** What lies in a folder. */
  List<T> list(String folder) throws IOException {
    return List.of(ask(asked -> asked.listFiles(folder)));
  }

  boolean exists(String path) throws IOException {
    return ask(asked -> asked.existsFile(path));
  }

  /** Whether it was renamed; if not, the server has said why. */
  final boolean rename(String from, String to) throws IOException {
    return ask(
        asked -> {
          try {
            return asked.renameFile(from, to);
          } catch (GenericFileOperationFailedException e) {
            if (isRefusal(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  final void delete(String path) throws IOException {
    boolean unused = ask(asked -> asked.deleteFile(path));
  }

  final void makeFolder(String path) throws IOException {
    if (!ask(asked -> asked.buildDirectory(path, false))) {
      throw refused("the folder '" + path + "' is not there and cannot be made");
    }
  }

  /** Brings a file into the spool folder under that name. */
  final void download(String path, long size, Path to) throws IOException {
    Exchange exchange = exchange();
    GenericFile<T> file = new GenericFile<>();
    file.setRelativeFilePath(to.getFileName().toString());
    exchange.setProperty(FileComponent.FILE_EXCHANGE_FILE, file);
    if (!ask(asked -> asked.retrieveFile(path, exchange, size))) {
      throw refused("'" + path + "' cannot be read");
    }
  }

  final void upload(Path from, String path) throws IOException {
    Exchange exchange = exchange();
    exchange.getIn().setBody(from.toFile());
    long size = Files.size(from);
    if (!ask(asked -> asked.storeFile(path, exchange, size))) {
      throw refused("'" + path + "' cannot be written");
    }
  }

  private Exchange exchange() {
    return new DefaultExchange(
        Objects.requireNonNull(endpoint, "attached first").getCamelContext());
  }

  final IOException refused(String what) {
    String word = lastWord();
    return new IOException(word.isEmpty() ? what : what + ". The server says: " + plain(word));
  }

  /** Asks over a connection that stands. */
  final <R> R ask(Question<T, R> question) throws IOException {
    try {
      R answer = question.ask(awake());
      used = System.nanoTime();
      return answer;
    } catch (IOException | RuntimeException e) {
      disconnect();
      throw new IOException(plain(e.getMessage() == null ? e.toString() : e.getMessage()), e);
    }
  }

  /** What a server says may try to look like lines of the log. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private RemoteFileOperations<T> awake() {
    RemoteFileOperations<T> asked = Objects.requireNonNull(operations, "attached first");
    if (System.nanoTime() - used > IDLE.toNanos() && !answers(asked)) {
      disconnect();
    }
    if (!asked.isConnected()) {
      asked.connect(configuration(), null);
    }
    return asked;
  }

  private static <T> boolean answers(RemoteFileOperations<T> asked) {
    try {
      return asked.isConnected() && asked.sendNoop();
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Closes the connection, whatever state it is in. */
  final void disconnect() {
    RemoteFileOperations<T> asked = operations;
    if (asked != null) {
      try {
        hangUp(asked);
      } catch (IOException | RuntimeException e) {
        // it is closed now, if it was not before
      }
    }
  }

  abstract void hangUp(RemoteFileOperations<T> operations) throws IOException;
}
