package dev.millrace;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Each verticle is its own deployable: what one needs of another travels over the event bus or stands in the log. */
@AnalyzeClasses(
        packages = {"dev.millrace.chat", "dev.millrace.audio", "dev.millrace.events", "dev.millrace.agent"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class VerticlesTest {

    @ArchTest
    static final ArchRule no_verticle_imports_another_verticle = slices().matching(
                    "dev.millrace.(chat|audio|events|agent)..")
            .should()
            .notDependOnEachOther();
}
