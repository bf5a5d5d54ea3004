package dev.millrace.chat;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the chat route: the protocols of front ends do not know each other. */
@AnalyzeClasses(packages = "dev.millrace.chat", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    @ArchTest
    static final ArchRule each_room_sees_only_the_rooms_it_stands_on = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.millrace.chat..")
            .layer("chat")
            .definedBy("dev.millrace.chat")
            .layer("aisdk")
            .definedBy("dev.millrace.chat.aisdk")
            .layer("agui")
            .definedBy("dev.millrace.chat.agui")
            .layer("dialect")
            .definedBy("dev.millrace.chat.dialect")
            .whereLayer("chat")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("aisdk")
            .mayOnlyAccessLayers("dialect")
            .whereLayer("agui")
            .mayOnlyAccessLayers("dialect")
            .whereLayer("dialect")
            .mayNotAccessAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();
}
