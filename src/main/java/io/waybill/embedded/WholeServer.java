package io.waybill.embedded;

import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.io.IOCriticalErrorListener;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.paging.PagingStoreFactory;
import org.apache.activemq.artemis.core.paging.impl.PagingStoreFactoryNIO;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalStorageManager;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/**
 * An Artemis that keeps pages and large messages in {@link WholeFiles}, and is otherwise itself.
 */
final class WholeServer extends ActiveMQServerImpl {

  WholeServer(Configuration configuration, ActiveMQSecurityManager security) {
    super(configuration, security);
  }

  @Override
  protected PagingStoreFactory getPagingStoreFactory() {
    Configuration configuration = getConfiguration();
    return new PagingStoreFactoryNIO(
        getStorageManager(),
        configuration.getPagingLocation(),
        configuration.getPageSyncTimeout(),
        scheduledPool,
        pageExecutorFactory,
        configuration.isJournalSyncNonTransactional(),
        ioCriticalErrorListener,
        configuration::isPurgePageFolders) {
      @Override
      protected SequentialFileFactory newFileFactory(String folder) {
        return new WholeFiles(
            configuration.getPagingLocation().toPath().resolve(folder).toFile(),
            ioCriticalErrorListener);
      }
    };
  }

  @Override
  protected StorageManager createStorageManager() {
    JournalStorageManager storage =
        new JournalStorageManager(
            getConfiguration(),
            getCriticalAnalyzer(),
            executorFactory,
            scheduledPool,
            ioExecutorFactory,
            ioCriticalErrorListener) {
          @Override
          protected void init(Configuration configuration, IOCriticalErrorListener stop) {
            super.init(configuration, stop);
            largeMessagesFactory = new WholeFiles(configuration.getLargeMessagesLocation(), stop);
          }
        };
    getCriticalAnalyzer().add(storage);
    return storage;
  }
}
