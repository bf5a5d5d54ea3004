package dev.millrace.audio;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the audio route: what is counted in samples knows neither sockets nor clocks. */
@AnalyzeClasses(packages = "dev.millrace.audio", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    @ArchTest
    static final ArchRule no_two_rooms_lead_to_each_other =
            slices().matching("dev.millrace.audio.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule voice_activity_is_plain_java = noClasses()
            .that()
            .resideInAPackage("dev.millrace.audio.vad")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("java..", "org.jspecify..", "dev.millrace.audio.vad");

    @ArchTest
    static final ArchRule a_class_is_named_for_what_it_is =
            noClasses().should().haveNameMatching(".*\\.((\\w*(Manager|Helper|Utils?|Impl|Common))|Base\\w*)");
}
