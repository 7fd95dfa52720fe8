//! Words as the structure's features see them: lower case, told by a hash, some with a meaning of their own.

/// What a word tells of the block it stands in, in any of the languages listed. Each is a bit of [`classes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Class {
    /// Articles, prepositions, pronouns, auxiliaries: the mortar of sentences, scarce in names and credits.
    Function,
    /// Verbs that report speech.
    Speech,
    /// Words that point into a picture.
    Pointing,
    /// Words of a picture's credit: agencies, "photo", "courtesy".
    Credit,
    /// Months, days of the week, parts of a day.
    Date,
    /// Words that open a byline.
    By,
    /// "Published", "updated", "min read".
    Stamp,
    /// What authors are: editor, correspondent.
    Office,
    /// Pleas and links: subscribe, follow, related, advertisement.
    Promo,
    /// The reader and the writer: you, we, I.
    Person,
    /// Words that open a question or a promise: how, why, what.
    Question,
    /// Present-tense verbs that captions favour.
    Scene,
    /// Words that go on from the paragraph before: but, however, he, this.
    Linking,
    /// Auxiliaries: a block with one is a sentence, most likely.
    Auxiliary,
    /// Articles and determiners, which headlines and credits leave out.
    Article,
    /// Words of a heading over an article's points in brief: summary, contents, at a glance.
    Summary,
    /// Common first names.
    Name,
}

impl Class {
    pub const ALL: [Class; 17] = [
        Class::Function,
        Class::Speech,
        Class::Pointing,
        Class::Credit,
        Class::Date,
        Class::By,
        Class::Stamp,
        Class::Office,
        Class::Promo,
        Class::Person,
        Class::Question,
        Class::Scene,
        Class::Linking,
        Class::Auxiliary,
        Class::Article,
        Class::Summary,
        Class::Name,
    ];

    /// The class as a bit of [`classes`].
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The words of each class, lower case, without marks inside them.
const LISTS: &[(Class, &str)] = &[
    (
        Class::Function,
        "the a an of to in on at for with from by as and or but that this these those it its is are was were be been \
         has have had will would could should can may might not no than then so if when while who which their his \
         her he she they them him our your my we you i us into about after before over under between through during \
         against because there here also more most some any all do does did \
         der die das des dem den ein eine einer eines einem einen und oder aber in im am an auf aus bei mit nach von \
         vom zu zum zur für über unter vor durch gegen ohne um ist sind war waren wird werden wurde wurden hat haben \
         hatte nicht kein keine auch noch nur schon als wie wenn dass weil sich sie er es wir ihr ihre ihren sein \
         seine seinen sowie dort \
         el la los las un una unos unas de del al y o pero que en con por para sin sobre entre se su sus es son era \
         fue han ha no más como cuando lo le les este esta estos estas \
         le la les un une des du de au aux et ou mais que qui dans sur avec pour par sans sous entre est sont était \
         été a ont ne pas plus comme ce cette ces il elle ils elles son sa ses leur leurs en se \
         il lo gli i le un uno una di del della dei delle da dal nel nella con per su tra fra e o ma che non è sono \
         era ha hanno come più si \
         o os as um uma do da dos das em no na nos nas com por para sem sobre e ou mas que não é são foi mais como se \
         de het een en of maar van in op aan met voor door over uit bij naar is zijn was waren wordt werd heeft niet \
         ook nog als dat die dit er om te \
         en ett och eller men som att i på av för med från till om är var har hade inte den det de sig sin sina när \
         og eller men som at i på af av for med fra til om er var har ikke den det de seg sig sin \
         i w we z ze na do od po za o u przez dla nie się jest są był była było to że jak ale oraz jego jej ich \
         a i v ve s se z ze na do od po za o u pro při není je jsou byl byla bylo to že jak ale jeho její jejich \
         ja on ei ole se että kun mutta tai \
         yang dan di ke dari untuk dengan pada ini itu dalam tidak akan \
         và của là có trong cho được với các những một không đã này người",
    ),
    (
        Class::Speech,
        "said says say saying told tells tell added adds explained explains noted notes wrote writes asked asks \
         replied insisted insists claimed claims argued argues warned warns stated states announced according \
         recalled admitted suggested believes thinks \
         sagte sagt erklärte erklärt teilte betonte betont so meinte meint berichtete berichtet laut hieß fügte \
         dijo dice afirmó señaló explicó aseguró añadió indicó según declaró \
         dit déclaré affirmé expliqué ajouté indiqué selon estime assure \
         detto dice spiegato secondo aggiunto disse diz afirmou segundo explicou \
         zei zegt aldus volgens säger sade enligt sier sa ifølge siger sagde \
         powiedział powiedziała mówi podkreślił dodał uvedl řekl řekla dodal podle",
    ),
    (
        Class::Pointing,
        "pictured left right center centre above below seen shown far front foreground background rear top bottom \
         clockwise inset file photo photograph image picture undated handout still screenshot screengrab illustration \
         poses posing portrait aerial view stock \
         links rechts mitte oben unten bild abgebildet archivbild archivfoto symbolbild symbolfoto hier hinten vorne \
         zeigt aufnahme luftbild \
         izquierda derecha arriba abajo imagen fotografía archivo vista aérea \
         gauche droite haut bas illustration archives vue ici \
         sinistra destra alto basso immagine archivio foto esquerda direita imagem arquivo \
         midden boven onder archieffoto vänster höger bilden arkivbild venstre høyre høyre arkivfoto illustrasjonsfoto \
         lewej prawej zdjęciu archiwalne zdjęcie vlevo vpravo snímku snímek ilustrační",
    ),
    (
        Class::Credit,
        "photo photos photograph photographer photography image images picture pictures pic credit credits courtesy \
         getty reuters ap afp epa pa shutterstock istock istockphoto alamy unsplash pexels pixabay flickr wikimedia \
         instagram twitter facebook youtube nasa bloomberg rex splash backgrid wireimage zuma imago dpa apa keystone \
         newscom pool via source handout screenshot screengrab illustration provided submitted creative commons \
         associated press agency copyright afpgetty upi sipa picture-alliance newspix mega bbc anadolu xinhua tass \
         foto fotos fotograf fotografin bild bilder quelle picture alliance archiv grafik zvg symbolbild \
         fotografía imagen cortesía fuente efe crédito fotógrafo créditos \
         crédit photographe photographie belga hans lucas maxppp \
         immagine fonte ansa lapresse divulgação reprodução imagem fonte agência \
         anp beeld bron tt bildbyrån ntb scanpix ritzau \
         zdjęcie źródło fot pap forum čtk zdroj ilustrační",
    ),
    (
        Class::Date,
        "january february march april may june july august september october november december jan feb mar apr jun \
         jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu \
         thurs fri sat sun am pm est edt et pt gmt utc bst cet today yesterday ago hours minutes \
         januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag \
         sonntag uhr heute gestern jänner mo di mi do fr sa so \
         enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes \
         miércoles jueves viernes sábado domingo hoy ayer \
         janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi \
         vendredi samedi dimanche \
         gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro março maio junho \
         julho setembro outubro novembro dezembro \
         januari februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag \
         måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag maj klokken \
         stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia \
         ledna února března dubna května června července srpna září října listopadu prosince",
    ),
    (
        Class::By,
        "by von par por av af door di da words text story reporting written reported author autor autorin auteur \
         przez oleh tekst texto testo tekst auteurs autore autori",
    ),
    (
        Class::Stamp,
        "published updated posted modified created last first read min mins minute minutes reading time \
         veröffentlicht aktualisiert stand online lesezeit erschienen publiziert \
         publicado actualizado publié mis jour modifié lecture pubblicato aggiornato atualizado gepubliceerd \
         bijgewerkt publicerad uppdaterad publisert oppdatert opublikowano aktualizacja publikováno aktualizováno",
    ),
    (
        Class::Office,
        "editor reporter correspondent staff writer columnist contributor author journalist bureau chief senior \
         associate producer freelance desk columnists contributed mailonline redaktion redakteur redakteurin \
         redaktionsleiter korrespondent korrespondentin chefredakteur volontär reporterin redacción periodista \
         corresponsal redactor journaliste rédaction correspondant rédacteur redazione giornalista redação \
         redacteur verslaggever redacteren journalist reporter redaktör dziennikarz redaktorka redaktor redakce",
    ),
    (
        Class::Promo,
        "subscribe subscription newsletter newsletters sign signup follow share email inbox click tap download app \
         advertisement advertising advert sponsored promoted related recommended trending popular watch video listen \
         podcast gallery more continue story next previous comments comment join free login register account cookies \
         privacy policy terms reserved rights copyright affiliate commission links shop deals buy print whatsapp \
         telegram linkedin pinterest reddit skip swipe scroll tags topics filed see also \
         anzeige werbung abonnieren newsletter folgen teilen lesen weiterlesen mehr auch jetzt hier kommentare \
         kommentar thema themen empfehlung drucken abo anmelden registrieren kostenlos datenschutz impressum \
         publicidad suscríbete suscribirse boletín compartir síguenos leer también comentarios lea vea anuncio \
         publicité abonnez abonner infolettre partager suivez lire aussi commentaires \
         pubblicità iscriviti condividi leggi anche commenti publicidade assine compartilhe leia também \
         advertentie abonneer deel lees ook reacties annons prenumerera dela läs också annonse les også abonner \
         reklama zapisz udostępnij czytaj także zobacz przeczytaj komentarze sdílet čtěte diskuse baca juga iklan",
    ),
    (
        Class::Person,
        "i me my mine we us our ours you your yours im ive youre weve lets ich mich mir mein meine wir uns unser \
         unsere du dich dir dein sie ihnen ihr yo me mi nosotros nuestro usted tú tu su je me mon ma nous notre vous \
         votre io mi noi nostro voi eu meu nós nosso você ik mij wij ons jij jouw jag mig vi oss du dig jeg meg ja mnie \
         my nas ty já mě",
    ),
    (
        Class::Question,
        "how why what where when who which is are can will should do does did was wie warum was wo wann wer welche \
         welcher wieso weshalb kann cómo qué por dónde cuándo quién cuál comment pourquoi que quoi où quand qui \
         quel quelle come perché cosa dove quando chi quale como porquê onde hoe waarom wat waar wanneer wie hur \
         varför vad var när vem hvordan hvorfor hva hvor jak dlaczego co gdzie kiedy kto proč kde kdy kdo",
    ),
    (
        Class::Scene,
        "stands stand sits sit walks walk speaks speak speaking poses pose posing holds hold holding looks look \
         looking waves wave arrives arrive arriving leaves leave leaving attends attend attending celebrates celebrate \
         celebrating performs perform performing wears wear wearing shows show showing smiles smile smiling gestures \
         gesture listens reacts react plays playing runs rides drives carries carry gather gathers watches shakes \
         hugs embraces greets meets talks takes during steht sitzt geht spricht hält zeigt zeigen posiert trägt \
         kommt freut jubelt feiert stehen sitzen gehen sprechen halten tragen muestra posa habla camina saluda \
         sostiene montre pose parle marche tient salue mostra parla posa cammina fala caminha mostra posa toont \
         poseert spreekt visar pratar står håller viser snakker pokazuje podczas stoi během při",
    ),
    (
        Class::Linking,
        "but and or however meanwhile he she they it its his her their this that these those yet so still though \
         although also then instead nor because since while when after before if as in on at last earlier later \
         another despite \
         aber doch und er sie es dies diese dieser dennoch jedoch dabei dann denn so auch zudem außerdem inzwischen \
         trotzdem allerdings nun damit dazu wenn nach seit \
         pero y él ella ellos esto esta este sin embargo además también mientras aunque así \
         mais et il elle ils elles cela cette ce pourtant ainsi aussi alors \
         ma e lui lei questo questa però anche inoltre mas ele ela isso porém também \
         maar en hij zij ze dit deze ook toch men och han hon de det detta dette disse også ale i on ona oni to także \
         jednak a však také",
    ),
    (
        Class::Auxiliary,
        "is are was were be been being has have had will would can could may might must should do does did isnt arent \
         wasnt werent hasnt havent hadnt wont wouldnt cant couldnt dont doesnt didnt im youre hes shes theyre its \
         were ive youve theyve ill youll got get goes went said says came made \
         ist sind war waren wird werden wurde wurden hat haben hatte hatten kann können konnte konnten muss müssen \
         soll sollen sollte will wollen darf dürfen gibt bin sei wäre würde worden geworden sagte \
         es son era eran fue fueron ha han había habían será están está puede pueden hay tiene tienen hace \
         est sont était étaient fut ont avait avaient sera seront peut peuvent fait doit \
         è sono era erano stato stata hanno aveva sarà può possono deve \
         é são foi foram tem têm tinha será pode podem está estão \
         is zijn was waren wordt worden werd werden heeft hebben had kan kunnen zal moet gaat \
         är var blir blev har hade kan ska skulle måste er var bliver blev har havde kan skal skulle må ble vil \
         jest są był była było były będzie ma może je jsou byl byla bylo byli bude má může on oli ovat",
    ),
    (
        Class::Article,
        "the a an this that these those his her their its our your my der die das des dem den ein eine einer eines \
         einem einen diese dieser dieses seine ihre el la los las un una unos unas su sus le les une des du au aux ce \
         cette son sa ses il lo gli i uno della del dei delle o os as um uma do da dos das de het een den det en ett",
    ),
    (
        Class::Summary,
        "summary glance points takeaways takeaway highlights contents overview brief essentials tldr checklist pros \
         cons ingredients specs specifications timeline includes include including following steps tips facts \
         überblick kürze blick wichtigste wichtigsten inhalt fakten zusammenfassung zutaten vorteile nachteile \
         folgende folgenden inhaltsverzeichnis eckdaten checkliste \
         resumen claves clave puntos contenido ingredientes essentiel sommaire résumé bref points ingrédients \
         sommario sintesi punti resumo pontos kort kortfortalt fortalt korthet sammanfattning innehåll fakta oppsummert \
         samenvatting inhoud streszczenie skrócie składniki shrnutí obsah",
    ),
    (
        Class::Name,
        "john james robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark \
         donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob \
         gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond \
         patrick jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle walter ethan jeremy \
         harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan \
         billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell elijah louis \
         bobby philip johnny mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty \
         margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah stephanie rebecca \
         sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine \
         christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria \
         kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara \
         madison frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle \
         beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori chris mike steve tom bill \
         jim dan matt tony nick alex ben sam ed kate jane claire simon ian neil graham stuart craig colin darren lee \
         gareth hugh oliver harry luke lewis callum fiona gemma lucy sophie chloe zoe holly ellie harriet nigel trevor \
         hans peter klaus wolfgang jürgen günter michael stefan andreas thomas frank uwe bernd jörg torsten matthias \
         christian martin markus sebastian florian tobias jan jens sven dirk ralf holger olaf lars felix lukas jonas \
         maximilian philipp moritz johannes georg karl heinz werner helmut dieter manfred gerhard rainer horst sabine \
         petra monika susanne claudia birgit andrea ulrike katrin anja silke stefanie nicole heike martina kerstin anke \
         katharina johanna franziska annika lena lea nina julia simone tanja ute renate ingrid angelika jana ursula \
         carlos luis jorge miguel pedro manuel francisco javier antonio fernando alejandro sergio rafael ana maría \
         carmen lucía sofía elena isabel pierre jacques philippe françois jean-pierre laurent nicolas julien antoine \
         guillaume sébastien camille céline nathalie isabelle sylvie marco luca giuseppe giovanni paolo francesco \
         andrea matteo alessandro stefano roberto giulia chiara francesca joão paulo ricardo bruno tiago anders erik \
         lars johan henrik mikael magnus ole knut bjørn kari anne ingrid astrid piotr krzysztof andrzej tomasz marcin \
         paweł jakub katarzyna agnieszka małgorzata petr pavel jiří josef tomáš jana eva vladimir sergei dmitry ivan \
         alexei natalia olga tatiana mohammed mohamed muhammad ahmed ali hassan hussein omar ibrahim abdul fatima",
    ),
];

/// The hash of no characters, to go on from with [`step`].
pub const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a word that goes on with a character (FNV-1a, a character at a time).
#[inline]
pub const fn step(hash: u64, c: char) -> u64 {
    (hash ^ c as u64).wrapping_mul(0x0000_0100_0000_01b3)
}

/// The hash of a lower-case word.
pub fn hash(word: &str) -> u64 {
    word.chars().fold(EMPTY, step)
}

/// Spreads a hash over all bits: FNV's low bits alone are poor.
#[inline]
pub const fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// Slots of the table, many more than words so that most searches end at the first, and bits of the sieve.
const SLOTS: usize = 1 << 13;
const BITS: usize = 1 << 16;

/// The words of the lists by their hashes.
struct Table {
    /// A bit for the hash of every word: small enough to stay at hand, it turns most other words away (Bloom, CACM
    /// 1970).
    sieve: [u64; BITS / 64],
    /// Open addressing: half of the hash, which tells the words of the lists apart, and the word's classes.
    slots: [(u32, u32); SLOTS],
}

/// Made when cutline is built, so that no reading waits for it.
static TABLE: Table = table();

const fn table() -> Table {
    let mut table = Table { sieve: [0; BITS / 64], slots: [(0, 0); SLOTS] };
    let mut list = 0;
    while list < LISTS.len() {
        let (class, words) = LISTS[list];
        let words = words.as_bytes();
        let (mut at, mut word) = (0, EMPTY);
        while at <= words.len() {
            if at == words.len() || words[at] == b' ' {
                if word != EMPTY {
                    table.add(mix(word), class.bit());
                }
                (at, word) = (at + 1, EMPTY);
            } else {
                let (c, bytes) = decoded(words, at);
                (at, word) = (at + bytes, step(word, c));
            }
        }
        list += 1;
    }
    table
}

impl Table {
    const fn add(&mut self, key: u64, class: u32) {
        let (mut slot, tag) = (key as usize % SLOTS, (key >> 32) as u32);
        self.sieve[bit(key) / 64] |= 1 << (bit(key) % 64);
        while self.slots[slot].1 != 0 && self.slots[slot].0 != tag {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = (tag, self.slots[slot].1 | class);
    }
}

/// The character that begins at a byte of UTF-8, and its bytes. What is listed has none of more than three.
pub const fn decoded(bytes: &[u8], at: usize) -> (char, usize) {
    let (mut code, count) = match bytes[at] {
        byte @ ..0x80 => (byte as u32, 1),
        byte @ 0xc0..0xe0 => (byte as u32 & 0x1f, 2),
        byte @ 0xe0..0xf0 => (byte as u32 & 0x0f, 3),
        _ => panic!("a character of four bytes"),
    };
    let mut next = 1;
    while next < count {
        code = code << 6 | bytes[at + next] as u32 & 0x3f;
        next += 1;
    }
    match char::from_u32(code) {
        Some(c) => (c, count),
        None => panic!("no character"),
    }
}

/// The bit of the sieve for a hash.
const fn bit(key: u64) -> usize {
    (key >> 16) as usize % BITS
}

/// The classes of the word with this hash, spread by [`mix`], as bits.
pub fn classes() -> impl Fn(u64) -> u32 {
    let Table { sieve, slots } = &TABLE;
    move |key| {
        if sieve[bit(key) / 64] >> (bit(key) % 64) & 1 == 0 {
            return 0;
        }
        let (mut slot, tag) = (key as usize % SLOTS, (key >> 32) as u32);
        loop {
            match slots[slot] {
                (_, 0) => return 0,
                (found, bits) if found == tag => return bits,
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_be_of_several_classes() {
        let classes = classes();
        let photo = classes(mix(hash("photo")));
        assert_ne!(photo & Class::Credit.bit(), 0);
        assert_ne!(photo & Class::Pointing.bit(), 0);
        assert_eq!(photo & Class::Date.bit(), 0);
    }

    #[test]
    fn no_two_listed_words_are_taken_for_one() {
        let mut of: std::collections::HashMap<u32, &str> = std::collections::HashMap::new();
        for word in LISTS.iter().flat_map(|(_, list)| list.split_whitespace()) {
            let other = of.insert((mix(hash(word)) >> 32) as u32, word);
            assert!(other.is_none_or(|other| other == word), "{word} {other:?}");
        }
    }

    #[test]
    fn every_listed_word_has_the_class_of_its_list() {
        let classes = classes();
        for (class, list) in LISTS {
            assert!(list.split_whitespace().all(|word| classes(mix(hash(word))) & class.bit() != 0), "{class:?}");
        }
    }

    #[test]
    fn a_word_of_no_list_has_no_class() {
        assert_eq!(classes()(mix(hash("zymurgy"))), 0);
    }
}
