package io.waybill.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.activemq.artemis.api.core.ActiveMQIOErrorException;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;

/**
 * Files that grow as they are written, so that a full disk strikes in the middle of a message:
 * pages and large messages.
 *
 * <p>Artemis reports a write that fails, so that its server stops, and then goes on as if it had
 * been made; one that the disk took a part of is not even reported. Until the server has stopped,
 * senders are told that such messages are stored. Here every write is made whole or fails. (The
 * journal is not concerned: its files have their size before they are used, and a write that fails
 * is never acknowledged.)
 */
final class WholeFiles extends NIOSequentialFileFactory {

  private final File folder;

  WholeFiles(File folder, IOCriticalErrorListener stop) {
    super(folder, false, stop, 1);
    this.folder = folder;
  }

  @Override
  public SequentialFile createSequentialFile(String name) {
    return new WholeFile(this, folder, name);
  }

  private static final class WholeFile extends NIOSequentialFile {

    private final WholeFiles files;
    private final File folder;

    WholeFile(WholeFiles files, File folder, String name) {
      super(files, folder, name, 1);
      this.files = files;
      this.folder = folder;
    }

    @Override
    public void writeDirect(ByteBuffer bytes, boolean sync) throws Exception {
      blockingWriteDirect(bytes, sync, true);
    }

    @Override
    public void blockingWriteDirect(ByteBuffer bytes, boolean sync, boolean release)
        throws Exception {
      try {
        super.blockingWriteDirect(bytes, sync, false);
        requireWritten(bytes);
      } finally {
        if (release) {
          files.releaseBuffer(bytes);
        }
      }
    }

    private void requireWritten(ByteBuffer bytes) throws IOException, ActiveMQIOErrorException {
      if (bytes.hasRemaining()) {
        ActiveMQIOErrorException incomplete =
            new ActiveMQIOErrorException(
                "%s lacks %d bytes of what was written last"
                    .formatted(getFileName(), bytes.remaining()));
        files.onIOError(incomplete, incomplete.getMessage(), this);
        throw incomplete;
      }
    }

    @Override
    public SequentialFile cloneFile() {
      return new WholeFile(files, folder, getFileName());
    }
  }
}
