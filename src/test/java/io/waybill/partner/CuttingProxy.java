package io.waybill.partner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands between the broker and a partner's server, and cuts a connection in the middle of what the
 * server sends. Of FTP it cuts the connection with the data, which it finds in the server's answer
 * to PASV; what comes after the cut is swallowed, so that the server believes that all has arrived.
 */
public final class CuttingProxy implements AutoCloseable {

  /** {@code 227 Entering Passive Mode (127,0,0,1,156,64)}. */
  private static final Pattern PASSIVE = Pattern.compile("(227 .*,)(\\d+),(\\d+)(\\).*)");

  private static final long NEVER = Long.MAX_VALUE;

  private final int target;
  private final boolean ftp;
  private final ServerSocket listener;
  private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
  private final AtomicLong cutAfter = new AtomicLong(NEVER);
  private final AtomicLong cuts = new AtomicLong();

  public CuttingProxy(int target, boolean ftp) throws IOException {
    this.target = target;
    this.ftp = ftp;
    this.listener = listen();
    accept(listener, target, !ftp);
  }

  private ServerSocket listen() throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    open.add(listening);
    return listening;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Cuts the next connection on which the server sends more than so many bytes; that one only. */
  public void cutAfter(long bytes) {
    cutAfter.set(bytes);
  }

  public long cuts() {
    return cuts.get();
  }

  private void accept(ServerSocket from, int to, boolean data) {
    start(
        () -> {
          while (true) {
            Socket client = from.accept();
            Socket server = new Socket(InetAddress.getByName("127.0.0.1"), to);
            open.add(client);
            open.add(server);
            start(() -> pass(client, server));
            if (data) {
              start(() -> passAndCut(server, client));
            } else {
              start(() -> passAnswers(server, client));
            }
          }
        });
  }

  private static void pass(Socket from, Socket to) throws IOException {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private void passAndCut(Socket from, Socket to) throws IOException {
    try (to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[4096];
      long passed = 0;
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        long most = cutAfter.get();
        if (passed + read > most) {
          cutAfter.set(NEVER);
          cuts.incrementAndGet();
          out.write(bytes, 0, (int) (most - passed));
          to.close();
          if (ftp) {
            in.transferTo(OutputStream.nullOutputStream());
          } else {
            from.close();
          }
          return;
        }
        out.write(bytes, 0, read);
        passed += read;
      }
    }
  }

  private void passAnswers(Socket from, Socket to) throws IOException {
    try (to) {
      InputStream in = from.getInputStream();
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        line.append((char) next);
        if (next == '\n') {
          to.getOutputStream().write(answer(line.toString()).getBytes(StandardCharsets.ISO_8859_1));
          line.setLength(0);
        }
      }
    }
  }

  private String answer(String line) throws IOException {
    Matcher passive = PASSIVE.matcher(line.strip());
    if (!passive.matches()) {
      return line;
    }
    int port = Integer.parseInt(passive.group(2)) * 256 + Integer.parseInt(passive.group(3));
    ServerSocket data = listen();
    accept(data, port, true);
    int ours = data.getLocalPort();
    return passive.group(1) + ours / 256 + "," + ours % 256 + passive.group(4) + "\r\n";
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // by one of the two, or by the end of the test
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
